// Pictures of signing in, and of what one signs in with.

import { settled, signInOnPage, visit } from "./shot-steps.mjs";

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
