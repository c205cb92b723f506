/** Second factors of the pretended server. Its authenticator shows one code for ever. */

import type { DemandSecondFactor, PasskeyView, SignedIn } from "../src/api/types";
import { type Answer, ok, type Route, refuse } from "./answer";
import { at, type World } from "./world";

/** What the pretended authenticator shows. */
export const CODE = "123456";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

const RECOVERY_CODES = [..."ABCDEFGHIJ"].map((one) => `${one}2C4-E6G7-H2J4-K6M7`);

/** What a browser is to sign. */
const ASKED = {
  challenge: "Y2hhbGxlbmdl",
  rpId: "gantline.example.com",
  allowCredentials: [{ type: "public-key", id: "a2V5" }],
};

/** A passkey that somebody has. */
export const passkey = (name: string, domain: string, usedDaysAgo?: number): PasskeyView => ({
  passkey_id: `00000000-0000-7000-8000-${String(name.length).padStart(12, "0")}`,
  name,
  domain,
  created_at: new Date(Date.now() - 40 * 86_400_000).toISOString(),
  ...(usedDaysAgo === undefined
    ? {}
    : { last_used_at: new Date(Date.now() - usedDaysAgo * 86_400_000).toISOString() }),
});

/** What may be asked in the second step of a sign-in. */
export const STEP_ROUTES = [
  "GET /api/auth/login/step",
  "POST /api/auth/login/passkey",
  "POST /api/auth/login/passkey/confirm",
  "POST /api/auth/login/code",
  "POST /api/auth/login/second-factor",
  "POST /api/auth/login/second-factor/passkey",
  "POST /api/auth/login/second-factor/passkey/confirm",
  "POST /api/auth/login/second-factor/confirm",
] as const;

/** What a right password is not enough for, if there is anything. */
export function secondStep(world: World): Answer | null {
  if (world.secondFactor.since || world.passkeys.passkeys.length > 0) {
    return refuse(401, "second_factor_needed", "a code is needed, too");
  }
  if (world.secondFactor.demand === "required") {
    return refuse(401, "second_factor_setup_needed", "everybody here must have a second factor");
  }
  return null;
}

export function secondFactorRoutes(world: World): Record<string, Route> {
  const isRight = (code: unknown) => String(code).replaceAll(" ", "") === CODE;
  const wrong = (status: number) =>
    refuse(status, "wrong_code", "this code is wrong, or was used already");
  const ways = () => ({
    codes: world.secondFactor.since !== undefined,
    passkeys: world.passkeys.passkeys.some(({ domain }) => domain === world.passkeys.domain),
  });
  const one = (id: string) => world.passkeys.passkeys.find((it) => it.passkey_id === id);
  const offer = () => {
    const uri = `otpauth://totp/Gantline:${world.user.username}?secret=${SECRET}&issuer=Gantline`;
    return ok({ secret: SECRET, uri });
  };
  const switchOn = () => {
    world.secondFactor = { ...world.secondFactor, since: at(), recovery_codes_left: 10 };
    delete world.secondFactor.reset;
    return { recovery_codes: RECOVERY_CODES };
  };
  const signedIn = (): SignedIn => ({ success: true, user: world.user });
  return {
    "POST /api/auth/login/code": ({ body }) =>
      isRight(body.code) ? ok(signedIn(), true) : wrong(401),
    "POST /api/auth/login/second-factor": offer,
    "POST /api/auth/login/second-factor/confirm": ({ body }) =>
      isRight(body.code) ? ok({ ...signedIn(), ...switchOn() }, true) : wrong(401),
    "GET /api/auth/second-factor": () =>
      ok({ ...world.secondFactor, passkeys: world.passkeys.passkeys.length }),
    "GET /api/auth/login/step": () => ok(ways()),
    "GET /api/auth/passkeys": () => ok(world.passkeys),
    // Nothing here checks a signature: browsers are asked, and what they do with that is the test.
    "POST /api/auth/passkeys/challenge": () => ok({ options: ASKED }),
    "POST /api/auth/login/passkey": () => ok({ options: ASKED }),
    "POST /api/auth/login/passkey/confirm": () => ok(signedIn(), true),
    "POST /api/auth/login/second-factor/passkey": () =>
      ok({ options: { ...ASKED, user: { id: "bWU", name: "me", displayName: "Me" } } }),
    "POST /api/auth/login/second-factor/passkey/confirm": ({ body }) => {
      world.passkeys.passkeys = [passkey(String(body.name), String(world.passkeys.domain))];
      return ok({ ...signedIn(), recovery_codes: RECOVERY_CODES }, true);
    },
    "PATCH /api/auth/passkeys/:id": ({ body }, id) => {
      const passkey = one(id);
      if (!passkey) return refuse(404, "not_found", "passkey not found");
      passkey.name = String(body.name);
      return ok(passkey);
    },
    "POST /api/auth/passkeys/:id/remove": ({ body }, id) => {
      if (!isRight(body.code) && !body.passkey) return wrong(403);
      world.passkeys.passkeys = world.passkeys.passkeys.filter((it) => it.passkey_id !== id);
      return ok({ success: true });
    },
    "POST /api/auth/second-factor": ({ body }) => {
      if (body.password !== world.password) {
        return refuse(403, "wrong_password", "the current password is wrong");
      }
      return world.secondFactor.since && !isRight(body.code) ? wrong(403) : offer();
    },
    "POST /api/auth/second-factor/confirm": ({ body }) =>
      isRight(body.code) ? ok(switchOn()) : wrong(403),
    "POST /api/auth/second-factor/recovery-codes": ({ body }) =>
      isRight(body.code) ? ok({ recovery_codes: RECOVERY_CODES }) : wrong(403),
    "POST /api/auth/second-factor/remove": ({ body }) => {
      if (!isRight(body.code)) return wrong(403);
      world.secondFactor = {
        passkeys: 0,
        recovery_codes_left: 0,
        demand: world.secondFactor.demand,
      };
      return ok({ success: true });
    },
    "PUT /api/tenants/:id/second-factor": ({ body }, id) => {
      const { demand } = body as DemandSecondFactor;
      const other = world.tenants.find((one) => one.id === id);
      if (other) {
        other.second_factor = demand;
        return ok({ success: true, tenant: other });
      }
      if (demand === "required" && !world.secondFactor.since) {
        return refuse(409, "second_factor_first", "you have no second factor yourself");
      }
      world.secondFactor.demand = demand;
      return ok({ success: true });
    },
  };
}
