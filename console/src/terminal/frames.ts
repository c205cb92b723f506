/** Binary messages of an attached terminal: a short head, then the bytes. */

/** Output carries the offset of its first byte, a screen the offset after its last one. */
export interface Frame {
  kind: "output" | "screen";
  offset: number;
  bytes: Uint8Array<ArrayBuffer>;
}

const OUTPUT = 0;
const SCREEN = 1;
const HEAD_BYTES = 9;
const NUMBER_BYTES = 8;

/** Reads what the server sent; null where it is not a frame. */
export function readFrame(data: ArrayBuffer): Frame | null {
  if (data.byteLength < HEAD_BYTES) {
    return null;
  }
  const view = new DataView(data);
  const kind = view.getUint8(0);
  const offset = Number(view.getBigUint64(1));
  const bytes = new Uint8Array(data, HEAD_BYTES);
  if (kind === OUTPUT) {
    return { kind: "output", offset, bytes };
  }
  return kind === SCREEN ? { kind: "screen", offset, bytes } : null;
}

/** Writes input with its number. */
export function writeInput(seq: number, bytes: Uint8Array): ArrayBuffer {
  const data = new ArrayBuffer(NUMBER_BYTES + bytes.byteLength);
  new DataView(data).setBigUint64(0, BigInt(seq));
  new Uint8Array(data, NUMBER_BYTES).set(bytes);
  return data;
}
