import { expect, test } from "vitest";

import { Refused, Unreachable } from "../api/request";
import { chooseLanguage } from "../i18n";
import { wordsFor } from "./problem";

const REFUSED = new Refused({
  title: "Not signed in",
  status: 401,
  code: "wrong_credentials",
  detail: "wrong username or password",
  error: "wrong username or password",
  hint: "ask whoever runs the server",
});

test("what the server says is said as a sentence, with what to do about it", () => {
  expect(wordsFor(REFUSED)).toEqual({
    text: "Wrong username or password",
    hint: "Ask whoever runs the server",
  });
});

test("in another language the server's own words stand behind the known ones", async () => {
  await chooseLanguage("zh");
  expect(wordsFor(REFUSED)).toEqual({
    text: "用户名或密码错误。",
    hint: "Wrong username or password · Ask whoever runs the server",
  });
  await chooseLanguage("en");
});

test("a server that does not answer is told from a page that is broken", () => {
  expect(wordsFor(new Unreachable()).text).not.toBe(wordsFor(new TypeError("x is null")).text);
  expect(wordsFor(new TypeError("x is null")).hint).toBe("x is null");
});
