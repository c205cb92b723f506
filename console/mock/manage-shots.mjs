// Pictures of the pages of administration.

import { settled, visit } from "./shot-steps.mjs";

/** Something of everything that an administrator should know. */
function trouble({ world }) {
  const [first, , last] = world.machines.values();
  const DAY_MS = 86_400_000;
  const at = (ago) => new Date(Date.now() - ago).toISOString();
  const freeze = { at: at(3_600_000), by: world.user.user_id, by_name: "Ada Lovelace" };
  world.putMachine({ ...first, frozen: { ...freeze, reason: "new disk" } });
  world.putMachine({ ...last, last_seen_at: at(6 * DAY_MS), agent_version: "0.0.9" });
  world.askForMore();
}

export const MANAGE_SHOTS = [
  {
    name: "manage",
    go: async (page, mock) => {
      trouble(mock);
      await visit(page, "/manage");
      await settled(page, "[data-line]");
    },
  },
  {
    name: "manage-below",
    go: async (page, mock) => {
      trouble(mock);
      await visit(page, "/manage");
      await settled(page, "[data-line]");
      await page.$eval("[data-line]:last-child", (line) => line.scrollIntoView({ block: "end" }));
    },
  },
  {
    name: "manage-empty",
    scene: "empty",
    go: async (page) => {
      await visit(page, "/manage");
      await settled(page, ".manage-card-value");
    },
  },
  {
    name: "manage-tokens",
    go: async (page) => {
      await visit(page, "/manage/registration-tokens");
      await settled(page, "[data-enrolment]");
      await page.click(".segment:last-child");
      await settled(page, '[data-enrolment="expired"]');
    },
  },
  {
    name: "manage-assignments",
    go: async (page) => {
      await visit(page, "/manage/assignments");
      await settled(page, "[data-assigned]");
    },
  },
  {
    name: "manage-assign",
    only: ["phone"],
    go: async (page) => {
      await visit(page, "/manage/assignments");
      await settled(page, "[data-assigned]");
      await page.click(".section-head button");
      await settled(page, "#assign");
    },
  },
  {
    name: "manage-tenants",
    go: async (page) => {
      await visit(page, "/manage/tenants");
      await settled(page, "[data-tenant]");
    },
  },
  {
    name: "manage-new-tenant",
    go: async (page) => {
      await visit(page, "/manage/tenants");
      await settled(page, "[data-tenant]");
      await page.click(".section-head button");
      await settled(page, "#new-tenant");
    },
  },
  {
    name: "manage-tenant-page",
    go: async (page) => {
      await visit(page, "/manage/tenants/2");
      await settled(page, "[data-limit]");
    },
  },
  {
    name: "manage-tenant-freeze",
    only: ["wide"],
    go: async (page) => {
      await visit(page, "/manage/tenants/2");
      await settled(page, "[data-limit]");
      await page.click(".section-head .button-danger");
      await settled(page, "#freeze-all");
    },
  },
  {
    name: "manage-refused",
    go: async (page, mock) => {
      mock.world.user.role = "user";
      await page.reload();
      await visit(page, "/manage");
      await settled(page, "[data-for-administrators]");
    },
  },
];
