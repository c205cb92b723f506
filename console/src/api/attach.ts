/**
 * What is said on an attached terminal, as `contract::attach` writes it. Terminal bytes travel in
 * binary messages (see `terminal/frames.ts`), everything else as JSON.
 */

/** How many bytes of output may be on their way unacknowledged. */
export const WINDOW_BYTES = 512 * 1024;

export interface Holder {
  user_id: string;
  display_name: string;
}

export type ServerMessage =
  | { type: "attached"; viewer_id: string; may_write: boolean }
  | { type: "keyboard"; yours: boolean; holder: Holder | null; lease: number; input_seq: number }
  | { type: "input_ack"; lease: number; seq: number }
  | { type: "size"; columns: number; rows: number }
  | { type: "gap"; from: number; to: number }
  | { type: "link"; up: boolean }
  | { type: "ended"; detail: string }
  | { type: "closing"; code: string; reason: string };

export type ClientMessage =
  | { type: "ack"; offset: number }
  | { type: "resize"; columns: number; rows: number }
  | { type: "take_keyboard" }
  | { type: "fit_to_me" };
