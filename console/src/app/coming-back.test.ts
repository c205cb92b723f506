import { expect, test } from "vitest";

import { takeReturn } from "./coming-back";

/** S15: what a provider has given is in no address that is kept. */
test("what a provider has given leaves the address at once", () => {
  history.replaceState(null, "", "/sign-in/return?state=s&code=c%2B&iss=https%3A%2F%2Fid&evil=1");
  expect(takeReturn()).toEqual({ state: "s", code: "c+", iss: "https://id" });
  expect(location.href).toBe("http://localhost:3000/");
  expect(takeReturn()).toBeNull();
});

test("a refusal is brought back, too, and nothing where there is nothing", () => {
  history.replaceState(null, "", "/sign-in/return?state=s&error=access_denied");
  expect(takeReturn()).toEqual({ state: "s", error: "access_denied" });
  history.replaceState(null, "", "/sign-in/return");
  expect(takeReturn()).toBeNull();
  history.replaceState(null, "", "/machines?state=s&code=c");
  expect(takeReturn()).toBeNull();
});
