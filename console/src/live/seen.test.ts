import { expect, test } from "vitest";

import { SeenMarks } from "./seen";

const NOON = "2026-01-01T12:00:00.000Z";
const LATER = "2026-01-01T13:00:00.000Z";
const EVENING = "2026-01-01T18:00:00.000Z";

test("what was there before this browser is not unread, what happens afterwards is", () => {
  const seen = new SeenMarks(NOON);
  expect(seen.isUnread("s", "2026-01-01T11:59:59.000Z")).toBe(false);
  expect(seen.isUnread("s", LATER)).toBe(true);
});

test("what was on the screen is read, until something else happens", () => {
  const seen = new SeenMarks(NOON);
  seen.mark("s", LATER);
  expect(seen.isUnread("s", LATER)).toBe(false);
  expect(seen.isUnread("s", EVENING)).toBe(true);
});

test("marks survive a reload", () => {
  new SeenMarks(NOON).mark("s", LATER);
  const reloaded = new SeenMarks(EVENING);
  expect(reloaded.isUnread("s", LATER)).toBe(false);
  expect(reloaded.isUnread("other", LATER)).toBe(true);
});

test("marks do not grow for ever", () => {
  const seen = new SeenMarks(NOON);
  for (let index = 0; index < 700; index++) {
    seen.mark(`s${index}`, LATER);
  }
  const kept = JSON.parse(localStorage.getItem("gantline.seen") ?? "{}");
  expect(Object.keys(kept.sessions)).toHaveLength(500);
});
