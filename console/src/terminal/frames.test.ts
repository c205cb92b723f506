// @vitest-environment node
import { expect, test } from "vitest";

import { readFrame, writeInput } from "./frames";

function frame(...bytes: number[]): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

test("a frame is its kind, its offset and its bytes", () => {
  expect(readFrame(frame(0, 0, 0, 0, 0, 0, 0, 1, 2, 65, 66))).toEqual({
    kind: "output",
    offset: 258,
    bytes: new Uint8Array([65, 66]),
  });
  expect(readFrame(frame(1, 0, 0, 0, 0, 0, 0, 0, 7))).toMatchObject({ kind: "screen", offset: 7 });
});

test("what is no frame is none", () => {
  expect(readFrame(frame())).toBeNull();
  expect(readFrame(frame(0, 1, 2))).toBeNull();
  expect(readFrame(frame(9, 0, 0, 0, 0, 0, 0, 0, 0))).toBeNull();
});

test("input is its number and its bytes, whatever they are", () => {
  const data = new Uint8Array(writeInput(2 ** 40 + 1, new Uint8Array([0, 255, 13])));
  expect([...data]).toEqual([0, 0, 1, 0, 0, 0, 0, 1, 0, 255, 13]);
});
