// What there is to take pictures of, and how to get there.

import { ENTRANCE_SHOTS } from "./entrance-shots.mjs";
import { FILE_SHOTS } from "./file-shots.mjs";
import { MANAGE_SHOTS } from "./manage-shots.mjs";
import { letNotify, openSession, settled, visit } from "./shot-steps.mjs";

const CHAT = "Read the time limit from the configuration";
const SHELL = "shell";

export const SHOTS = [
  ...ENTRANCE_SHOTS,
  ...MANAGE_SHOTS,
  {
    name: "people",
    go: async (page) => {
      await visit(page, "/settings/people");
      await settled(page, "[data-user]");
    },
  },
  {
    name: "new-account",
    go: async (page) => {
      await visit(page, "/settings/people");
      await settled(page, "[data-user]");
      await page.click(".section-head button, .section header button");
      await settled(page, "dialog form, [role=dialog] form");
    },
  },
  {
    name: "limits",
    go: async (page) => {
      await visit(page, "/settings/policy");
      await settled(page, "[data-limit]");
      await page.$eval("[data-limit]:last-child", (row) => row.scrollIntoView());
    },
  },
  {
    name: "limits-form",
    go: async (page) => {
      await visit(page, "/settings/policy");
      await settled(page, "[data-limit]");
      await page.click(".section:last-of-type .section-head button");
      await settled(page, "#session-limits");
    },
  },
  {
    name: "paused-chat",
    go: async (page, mock) => {
      await openSession(page, mock, CHAT, ".composer");
      await page.click(`[data-action="pause"]`);
      await settled(page, ".pause-strip");
    },
  },
  {
    name: "paused-terminal",
    go: async (page, mock) => {
      await openSession(page, mock, SHELL, "[data-terminal]");
      await page.click(`[data-action="pause"]`);
      await settled(page, ".pause-strip");
    },
  },
  {
    name: "home",
    go: async (page) => {
      await visit(page, "/");
      await settled(page, ".permission-answers");
    },
  },
  {
    name: "home-empty",
    scene: "empty",
    go: async (page) => {
      await visit(page, "/");
      await settled(page, ".steps");
    },
  },
  {
    name: "inbox",
    go: async (page) => {
      await visit(page, "/inbox");
      await settled(page, ".permission-answers");
    },
  },
  {
    name: "budget-inbox",
    go: async (page, mock) => {
      mock.world.askForMore();
      mock.world.askForMore({ measure: "tokens", subject: "tenant", can_grant: false });
      await visit(page, "/inbox");
      await settled(page, ".budget");
    },
  },
  {
    name: "budget-chat",
    go: async (page, mock) => {
      const { session_id } = mock.world.askForMore();
      await visit(page, `/sessions/${session_id}`);
      await settled(page, ".budget");
    },
  },
  {
    name: "machines",
    go: async (page) => {
      await visit(page, "/machines");
      await settled(page, ".machine-row");
    },
  },
  {
    name: "machine",
    go: async (page, mock) => {
      await visit(page, `/machines/${[...mock.world.machines.keys()][0]}`);
      await settled(page, ".agent-rows");
    },
  },
  {
    name: "frozen-machine",
    go: async (page, mock) => {
      const [first] = mock.world.machines.values();
      const freeze = {
        at: new Date().toISOString(),
        by: first.machine_id,
        by_name: "Ada Lovelace",
      };
      for (const machine of [...mock.world.machines.values()]) {
        mock.world.putMachine({
          ...machine,
          labels: ["gpu", "北京"],
          frozen: { ...freeze, reason: "new disk" },
          all_frozen: { ...freeze, reason: "a leaked key" },
        });
      }
      await visit(page, `/machines/${first.machine_id}`);
      await settled(page, ".care-rows");
    },
  },
  {
    name: "freeze-all",
    go: async (page) => {
      await visit(page, "/machines");
      await settled(page, ".machine-row");
      await page.click("header .button-danger");
      await settled(page, "#freeze-all");
    },
  },
  {
    name: "machine-people",
    go: async (page, mock) => {
      await visit(page, `/machines/${[...mock.world.machines.keys()][0]}`);
      await settled(page, ".settings-rows");
      await page.$eval(".settings-rows", (rows) => rows.scrollIntoView({ block: "center" }));
    },
  },
  {
    name: "enrol",
    go: async (page) => {
      await visit(page, "/machines");
      await settled(page, ".machine-row");
      await page.click(".page-actions .button-primary");
      await settled(page, ".enrol-wait");
    },
  },
  {
    name: "enrol-arrived",
    go: async (page) => {
      await visit(page, "/machines");
      await settled(page, ".machine-row");
      await page.click(".page-actions .button-primary");
      await settled(page, ".enrol-arrived");
    },
  },
  {
    name: "new-session",
    go: async (page) => {
      await settled(page, ".frame");
      await page.evaluate(() => document.querySelector(".sidebar-new button, .bottom-new").click());
      await page.evaluate(
        () =>
          document.querySelectorAll(".bottom-new")[0]?.offsetParent &&
          document.querySelector(".bottom-new").click(),
      );
      await settled(page, ".new-session");
    },
  },
  {
    name: "new-session-detail",
    go: async (page) => {
      await settled(page, ".frame");
      await page.keyboard.press("c");
      await settled(page, ".new-session");
      await page.click(".new-session .preset-choice + .start-more summary");
      await settled(page, ".effects");
      await page.click(".tool-pick:nth-of-type(2)");
      await page.$eval(".effects", (element) => element.scrollIntoView({ block: "end" }));
      await settled(page, ".effects");
    },
  },
  {
    name: "chat-policy",
    go: async (page, mock) => {
      await openSession(page, mock, CHAT, ".permission-answers");
      if (!(await page.$eval(".chat-rail", (element) => element.offsetParent))) {
        await page.click(".page-actions .icon-button[aria-pressed]");
      }
      await settled(page, ".rail-policy summary");
      await page.click(".rail-policy summary");
      await page.$eval(".rail-policy", (element) => element.scrollIntoView({ block: "center" }));
      await settled(page, ".rail-policy dl");
    },
  },
  {
    name: "chat-held",
    only: ["wide"],
    go: async (page, mock) => {
      await openSession(page, mock, "Explain the retry logic in the link", ".rail-held");
    },
  },
  {
    name: "sessions",
    go: async (page) => {
      await visit(page, "/sessions");
      await settled(page, ".session-list-row");
    },
  },
  {
    name: "sessions-menu",
    go: async (page) => {
      await visit(page, "/sessions");
      await settled(page, ".session-list-row");
      await page.click(".session-list-row .menu-place button");
      await settled(page, ".menu");
    },
  },
  {
    name: "sessions-archived",
    go: async (page) => {
      await visit(page, "/sessions");
      await settled(page, ".session-list-row");
      await page.click(".session-tools .segment:last-child");
      await settled(page, ".session-list-row");
    },
  },
  {
    name: "session-tags",
    go: async (page) => {
      await visit(page, "/sessions");
      await settled(page, ".session-list-row");
      await page.click('.session-row[data-status="needs_you"] ~ .menu-place button');
      await settled(page, ".menu");
      await page.click(".menu-item:nth-child(2)");
      await settled(page, ".tag-own");
    },
  },
  {
    name: "jobs",
    go: async (page) => {
      await visit(page, "/jobs");
      await settled(page, ".job-row");
    },
  },
  {
    name: "jobs-none",
    scene: "empty",
    go: async (page) => {
      await visit(page, "/jobs");
      await settled(page, ".empty");
    },
  },
  {
    name: "new-job",
    go: async (page) => {
      await visit(page, "/jobs");
      await settled(page, ".job-row");
      await page.click(".page-actions .button-primary");
      await settled(page, ".new-job .effects");
      await page.$eval(".new-job details", (element) => {
        element.open = true;
      });
    },
  },
  ...["completed", "failed", "running"].map((status) => ({
    name: `job-${status}`,
    go: async (page) => {
      await visit(page, "/jobs");
      await settled(page, ".job-row");
      await page.click(`.job-row[data-status="${status}"]`);
      await settled(page, ".job-log-line");
    },
  })),
  {
    name: "chat",
    go: async (page, mock) => {
      await openSession(page, mock, CHAT, ".permission-answers");
    },
  },
  ...FILE_SHOTS,
  {
    name: "chat-top",
    go: async (page, mock) => {
      await openSession(page, mock, CHAT, ".permission-answers");
      await page.$eval(".line-scroll", (element) => {
        element.scrollTop = 0;
      });
      await settled(page, ".code-block");
    },
  },
  {
    name: "chat-tool",
    go: async (page, mock) => {
      await openSession(page, mock, CHAT, ".permission-answers");
      await page.$eval(".line-scroll", (element) => {
        element.scrollTop = element.scrollHeight / 2;
      });
      await settled(page, '[data-tool-call-id="story-edit"]');
      await page.click('[data-tool-call-id="story-edit"] .tool-row');
      await settled(page, ".diff");
      await page.$eval('[data-tool-call-id="story-edit"]', (element) => element.scrollIntoView());
      await page.evaluate(() =>
        document.querySelector('[data-tool-call-id="story-test"] .tool-row')?.click(),
      );
      await settled(page, ".diff");
    },
  },
  {
    name: "chat-running",
    go: async (page, mock) => {
      await openSession(page, mock, "Explain the retry logic in the link", ".empty");
      await page.type("textarea", "long");
      await page.keyboard.press("Enter");
      await settled(page, ".agent-line");
      await page.type("textarea", "And then write the tests.");
      await page.keyboard.press("Enter");
      await page.type("textarea", "A third thing");
      await settled(page, '[data-state="queued"]');
    },
  },
  {
    name: "chat-commands",
    go: async (page, mock) => {
      await openSession(page, mock, CHAT, ".permission-answers");
      await page.type("textarea", "/");
      await settled(page, ".completion");
    },
  },
  {
    name: "terminal",
    go: async (page, mock) => {
      await openSession(page, mock, SHELL, ".xterm-screen");
      await new Promise((done) => setTimeout(done, 1200));
    },
  },
  {
    name: "terminal-cut",
    only: ["wide"],
    go: async (page, mock) => {
      await openSession(page, mock, SHELL, ".xterm-screen");
      await new Promise((done) => setTimeout(done, 800));
      mock.setDown(true);
      mock.cut();
      await settled(page, "[data-cut]");
      await page.keyboard.type("ls -l");
      await settled(page, "[data-cut] .button-ghost");
    },
  },
  {
    name: "palette",
    go: async (page) => {
      await settled(page, ".frame");
      await page.keyboard.down("Control");
      await page.keyboard.press("k");
      await page.keyboard.up("Control");
      await settled(page, ".palette-list");
    },
  },
  {
    name: "shortcuts",
    only: ["wide"],
    go: async (page) => {
      await settled(page, ".frame");
      await page.keyboard.type("?");
      await settled(page, ".key-sheet");
    },
  },
  {
    name: "drawer",
    only: ["phone"],
    go: async (page) => {
      await settled(page, ".bottom-bar");
      await page.click(".bottom-bar button.bottom-link");
      await settled(page, ".drawer .rig");
    },
  },
  ...[
    ["overview", "", ".usage-groups"],
    ["quotas", "/quotas", ".quota-row"],
    ["prices", "/prices", ".price-table"],
  ].map(([name, path, selector]) => ({
    name: `usage-${name}`,
    go: async (page) => {
      await visit(page, `/usage${path}`);
      await settled(page, selector);
    },
  })),
  {
    name: "usage-groups",
    go: async (page) => {
      await visit(page, "/usage");
      await settled(page, ".usage-groups");
      await page.evaluate(() => document.querySelector(".usage-groups").scrollIntoView());
    },
  },
  ...[
    ["new-quota", "/quotas", "#new-quota"],
    ["new-price", "/prices", "#price-form"],
  ].map(([name, path, selector]) => ({
    name,
    go: async (page) => {
      await visit(page, `/usage${path}`);
      await settled(page, ".section-head button");
      await page.click(".section-head button");
      await settled(page, selector);
    },
  })),
  ...["account", "logins", "tokens", "notifications", "keys", "policy", "appearance", "about"].map(
    (section) => ({
      name: `settings-${section}`,
      go: async (page) => {
        await visit(page, `/settings/${section}`);
        await settled(page, ".settings-body .section");
      },
    }),
  ),
  {
    name: "browser-told",
    go: async (page, mock) => {
      await letNotify(page, mock);
      await visit(page, "/settings/notifications");
      await settled(page, '[data-this-browser="off"]');
      await page.click('[data-action="this-browser"]');
      await settled(page, '[data-channel="browser"]');
    },
  },
  {
    name: "browser-without-service",
    go: async (page, mock) => {
      await letNotify(page, mock, "nobody passes anything on");
      await visit(page, "/settings/notifications");
      await settled(page, '[data-this-browser="off"]');
      await page.click('[data-action="this-browser"]');
      await settled(page, "[data-this-browser] .banner");
    },
  },
  {
    name: "notifications-add",
    go: async (page) => {
      await visit(page, "/settings/notifications");
      await settled(page, "[data-channels]");
      await page.click(".section-head button");
      await settled(page, "#channel-form");
    },
  },
  {
    name: "policy-new-rule",
    go: async (page) => {
      await visit(page, "/settings/policy");
      await settled(page, ".settings-rows li");
      await page.click(".settings-body .section:first-child .section-head button");
      await settled(page, "#new-rule");
    },
  },
  {
    name: "policy-new-preset",
    go: async (page) => {
      await visit(page, "/settings/policy");
      await settled(page, ".settings-rows li");
      await page.click(".settings-body .section:last-of-type .section-head button");
      await settled(page, "#preset-form .effects");
    },
  },
  {
    name: "always",
    go: async (page) => {
      await visit(page, "/inbox");
      await settled(page, ".permission-answers");
      await page.click('.permission:first-of-type [data-action="always"]');
      await settled(page, ".permission-always");
    },
  },
  {
    name: "not-found",
    go: async (page) => {
      await visit(page, "/nowhere");
      await settled(page, ".empty");
    },
  },
];
