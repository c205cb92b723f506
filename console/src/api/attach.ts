/**
 * What is said on an attached terminal, as `contract::attach` writes it. Terminal bytes travel in
 * binary messages (see `terminal/frames.ts`), everything else as JSON.
 */

import type { components } from "./schema";

type Schemas = components["schemas"];

/** How many bytes of output may be on their way unacknowledged. */
export const WINDOW_BYTES = 512 * 1024;

export type Holder = Schemas["Holder"];

export type ServerMessage = Schemas["ServerMessage"];

export type ClientMessage = Schemas["ClientMessage"];
