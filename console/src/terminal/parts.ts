import type { Attachment } from "./attachment";
import type { Emulator } from "./emulator";

/** What draws a terminal, and what it is connected to. */
export interface Parts {
  emulator: Emulator;
  attachment: Attachment;
}
