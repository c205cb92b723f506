// @vitest-environment node
import fc from "fast-check";
import { expect, test } from "vitest";

import { TYPED_AHEAD_BYTES, Typing } from "./typing";

const bytes = (text: string) => new TextEncoder().encode(text);
const words = (pieces: readonly Uint8Array[]) =>
  pieces.map((piece) => new TextDecoder().decode(piece));

function holding(lease: number): Typing {
  const typing = new Typing();
  typing.hold(lease, 0);
  return typing;
}

test("numbers grow without holes", () => {
  const typing = holding(1);
  typing.push(bytes("a"));
  typing.push(bytes("b"));
  expect(typing.take().map((one) => one.seq)).toEqual([1, 2]);
  typing.push(bytes("c"));
  expect(typing.take().map((one) => one.seq)).toEqual([3]);
});

test("after a cut under the same lease, only what did not arrive is sent again", () => {
  const typing = holding(1);
  for (const key of ["a", "b", "c"]) {
    typing.push(bytes(key));
  }
  typing.take();
  const { again, lost } = typing.hold(1, 2);
  expect(again.map((one) => one.seq)).toEqual([3]);
  expect(lost).toEqual([]);
});

test("under a new lease nothing is sent again, and what is uncertain is told", () => {
  const typing = holding(1);
  typing.push(bytes("rm"));
  typing.take();
  typing.push(bytes("later"));
  const { again, lost } = typing.hold(2, 0);
  expect(again).toEqual([]);
  expect(words(lost)).toEqual(["rm"]);
  expect(words(typing.take().map((one) => one.bytes))).toEqual(["later"]);
});

test("acknowledgements of another lease mean nothing", () => {
  const typing = holding(2);
  typing.push(bytes("a"));
  typing.take();
  typing.acknowledge(1, 1);
  expect(typing.pendingBytes).toBe(1);
  typing.acknowledge(2, 1);
  expect(typing.pendingBytes).toBe(0);
});

test("a large paste travels in pieces, as it is acknowledged", () => {
  const typing = holding(1);
  typing.push(new Uint8Array(300_000));
  const first = typing.take();
  expect(Math.max(...first.map((one) => one.bytes.byteLength))).toBeLessThanOrEqual(16 * 1024);
  expect(typing.take()).toEqual([]);
  let taken = first.length;
  for (let round = 0; round < 20; round++) {
    typing.acknowledge(1, taken);
    taken += typing.take().length;
  }
  expect(taken).toBe(Math.ceil(300_000 / (16 * 1024)));
});

test("what waits is bounded, and a refused paste leaves nothing behind", () => {
  const typing = holding(1);
  expect(typing.push(new Uint8Array(TYPED_AHEAD_BYTES))).toBe(true);
  expect(typing.push(bytes("x"))).toBe(false);
  expect(typing.pendingBytes).toBe(TYPED_AHEAD_BYTES);
});

/** S107 and the promise of the attach protocol: no key is lost and none is typed twice. */
test("over any number of cuts under one lease, every byte arrives once and in order", () => {
  const event = fc.oneof(
    fc.string({ minLength: 1, maxLength: 5 }).map((text) => ({ text })),
    fc.record({ cutAfter: fc.nat(3) }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      const typing = holding(1);
      const arrived: Uint8Array[] = [];
      let typed = "";
      let wire: { seq: number; bytes: Uint8Array }[] = [];
      const deliver = (most: number) => {
        for (const one of wire.slice(0, most)) {
          // The machine drops numbers that it has had.
          if (one.seq === arrived.length + 1) {
            arrived.push(one.bytes);
          }
        }
        wire = [];
      };
      for (const step of events) {
        if ("text" in step) {
          typing.push(bytes(step.text));
          typed += step.text;
          wire.push(...typing.take());
        } else {
          deliver(step.cutAfter);
          wire = [...typing.hold(1, arrived.length).again, ...typing.take()];
        }
      }
      deliver(Number.POSITIVE_INFINITY);
      const whole = arrived.flatMap((piece) => [...piece]);
      expect(new TextDecoder().decode(new Uint8Array(whole))).toBe(
        new TextDecoder().decode(bytes(typed)),
      );
    }),
    { numRuns: 200 },
  );
});
