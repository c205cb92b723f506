import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { account, enter, signedOutElsewhere, takeSecret } from "./account";

const USER = { user_id: "u", display_name: "Ada" };

let answers: Record<string, () => Response>;
let asked: string[];

const refused = (status: number) => () =>
  Response.json({ detail: "no", code: "no", status }, { status });

beforeEach(() => {
  account.value = { state: "checking" };
  asked = [];
  answers = {
    "/api/auth/me": () => Response.json(USER),
    "/api/auth/check": () => Response.json({ required: true, setup_required: false }),
    "/api/auth/link": () => Response.json({ setup: true }),
  };
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    const answer = answers[path];
    if (!answer) {
      throw new TypeError("no network");
    }
    return answer();
  });
});

afterEach(() => vi.unstubAllGlobals());

/** S15: the secret is in no address that is kept, sent or seen. */
test("the secret leaves the address at once", () => {
  history.replaceState(null, "", "/machines?x=1#/welcome/s3cret%2B");
  expect(takeSecret()).toBe("s3cret+");
  expect(location.href).toBe("http://localhost:3000/machines?x=1");
  expect(takeSecret()).toBeNull();
});

test("a set-up link leads to setting up", async () => {
  await enter("secret");
  expect(account.value).toEqual({ state: "set_up", secret: "secret" });
  expect(asked).toEqual(["/api/auth/link"]);
});

test("a sign-in link signs in", async () => {
  answers["/api/auth/link"] = () => Response.json({ setup: false, user: USER });
  await enter("secret");
  expect(account.value).toEqual({ state: "signed_in", user: USER });
});

test("an invitation leads to choosing a password", async () => {
  answers["/api/auth/link"] = () =>
    Response.json({ setup: false, password: true, username: "ada" });
  await enter("secret");
  expect(account.value).toEqual({ state: "choose_password", secret: "secret", username: "ada" });
});

test("a used link says so, unless who used it is here", async () => {
  answers["/api/auth/link"] = refused(403);
  await enter("secret");
  expect(account.value).toEqual({ state: "signed_in", user: USER });
  answers["/api/auth/me"] = refused(401);
  await enter("secret");
  expect(account.value).toEqual({ state: "signed_out", setupRequired: false, notice: "bad_link" });
});

test("without a login the password is asked for", async () => {
  answers["/api/auth/me"] = refused(401);
  await enter(null);
  expect(account.value).toEqual({ state: "signed_out", setupRequired: false, notice: "none" });
});

test("a server that does not answer is not taken for signing out", async () => {
  await enter(null);
  const { "/api/auth/check": check } = answers;
  answers = check ? { "/api/auth/check": check } : {};
  await enter(null);
  expect(account.value).toEqual({ state: "signed_in", user: USER });
  account.value = { state: "checking" };
  await enter(null);
  expect(account.value).toEqual({ state: "unreachable" });
});

test("a login that ended elsewhere is told", async () => {
  await enter(null);
  await signedOutElsewhere();
  expect(account.value).toEqual({ state: "signed_out", setupRequired: false, notice: "ended" });
});
