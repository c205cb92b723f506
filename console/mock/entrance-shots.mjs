// Pictures of signing in, and of what one signs in with.

import { settled, signInOnPage, visit } from "./shot-steps.mjs";

const DAY_MS = 86_400_000;

const ago = (days) => new Date(Date.now() - days * DAY_MS).toISOString();

/** Passkeys as somebody has them: of this address, and of one before. */
const PASSKEYS = [
  { name: "Chrome · macOS", domain: "127.0.0.1", created_at: ago(40), last_used_at: ago(2) },
  { name: "Key on my ring", domain: "127.0.0.1", created_at: ago(12) },
  { name: "Old laptop", domain: "old.example.com", created_at: ago(200), last_used_at: ago(90) },
].map((one, index) => ({ ...one, passkey_id: `00000000-0000-7000-8000-00000000000${index}` }));

const withPasskeys = (mock) => {
  mock.world.passkeys = { passkeys: PASSKEYS, domain: "127.0.0.1" };
  mock.world.secondFactor = { passkeys: 3, recovery_codes_left: 8, demand: "optional" };
};

export const ENTRANCE_SHOTS = [
  {
    name: "setup",
    scene: "new",
    signedOut: true,
    go: async (page, mock) => {
      await page.goto(`${mock.url}/#/welcome/setup`);
      await settled(page, "form");
    },
  },
  {
    name: "choose-password",
    signedOut: true,
    go: async (page, mock) => {
      await page.goto(`${mock.url}/#/welcome/invited`);
      await settled(page, "form");
    },
  },
  {
    name: "second-step",
    signedOut: true,
    go: async (page, mock) => {
      mock.world.secondFactor.since = new Date().toISOString();
      await signInOnPage(page, mock);
      await settled(page, 'input[autocomplete="one-time-code"]');
    },
  },
  {
    name: "passkey-step",
    signedOut: true,
    go: async (page, mock) => {
      withPasskeys(mock);
      await signInOnPage(page, mock);
      await settled(page, ".entrance-or");
    },
  },
  {
    name: "passkey-step-both",
    signedOut: true,
    go: async (page, mock) => {
      withPasskeys(mock);
      mock.world.secondFactor.since = ago(3);
      await signInOnPage(page, mock);
      await settled(page, ".entrance-or");
    },
  },
  {
    name: "passkey-settings",
    go: async (page, mock) => {
      withPasskeys(mock);
      await visit(page, "/settings/account");
      await settled(page, '[data-passkeys="3"]');
      await page.evaluate(() => document.querySelector("[data-second-factor]").scrollIntoView());
    },
  },
  {
    name: "passkey-none",
    go: async (page, mock) => {
      mock.world.passkeys = {
        passkeys: [],
        problem: "passkeys_need_a_name",
        instead: "http://localhost:8080",
      };
      await visit(page, "/settings/account");
      await settled(page, '[data-passkeys="0"]');
      await page.evaluate(() => document.querySelector("[data-second-factor]").scrollIntoView());
    },
  },
  {
    name: "passkey-add",
    go: async (page, mock) => {
      withPasskeys(mock);
      await visit(page, "/settings/account");
      await settled(page, '[data-passkeys="3"]');
      await page.locator("section:has([data-passkeys]) .section-head button").click();
      await settled(page, "#passkey-new");
    },
  },
  {
    name: "passkey-remove",
    go: async (page, mock) => {
      withPasskeys(mock);
      await visit(page, "/settings/account");
      await settled(page, '[data-passkeys="3"]');
      await page.locator("[data-passkey] .button-danger").click();
      await settled(page, "#passkey-gone");
    },
  },
  {
    name: "second-factor-on-the-way-in",
    signedOut: true,
    go: async (page, mock) => {
      mock.world.secondFactor.demand = "required";
      await signInOnPage(page, mock);
      await settled(page, ".qr-modules");
    },
  },
  {
    name: "second-factor-recovery-codes",
    signedOut: true,
    go: async (page, mock) => {
      mock.world.secondFactor.demand = "required";
      await signInOnPage(page, mock);
      await settled(page, ".qr-modules");
      await page.type('input[autocomplete="one-time-code"]', "123456");
      await page.keyboard.press("Enter");
      await settled(page, ".recovery-codes");
    },
  },
  {
    name: "second-factor-settings",
    go: async (page, mock) => {
      const at = new Date(Date.now() - 86_400_000).toISOString();
      mock.world.secondFactor = {
        since: at,
        recovery_codes_left: 2,
        demand: "optional",
        reset: { at, by_name: "Grace Hopper" },
      };
      await visit(page, "/settings/account");
      await settled(page, '[data-second-factor="on"]');
    },
  },
  {
    name: "needs-link",
    scene: "new",
    signedOut: true,
    go: async (page, mock) => {
      await page.goto(mock.url);
      await settled(page, ".entrance-example");
    },
  },
  {
    name: "sign-in",
    signedOut: true,
    go: async (page, mock) => {
      await page.goto(mock.url);
      await settled(page, "form");
    },
  },
];
