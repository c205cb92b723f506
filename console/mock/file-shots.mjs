// Pictures of the files where a session works, and of what differs in them.

import { sessionNamed, settled, visit } from "./shot-steps.mjs";

const CHAT = "Read the time limit from the configuration";

/** Begins a comment on a line, says something, and keeps it. */
async function comment(page, line, text) {
  await page.click(`[data-line="${line}"]`);
  await settled(page, ".changes-form textarea");
  await page.type(".changes-form textarea", text);
  await page.click(".changes-form [type=submit]");
  await settled(page, ".changes-comment");
}

async function openMain(page, mock) {
  await visit(page, `/sessions/${sessionNamed(mock, CHAT)}/changes`);
  await settled(page, '[data-change="src/main.rs"]');
  await page.click('[data-change="src/main.rs"]');
  await settled(page, '.file [data-line="4"]');
}

export const FILE_SHOTS = [
  {
    name: "changes",
    go: async (page, mock) => {
      await visit(page, `/sessions/${sessionNamed(mock, CHAT)}/changes`);
      await settled(page, ".changes-row");
    },
  },
  {
    name: "changes-comment",
    go: async (page, mock) => {
      await openMain(page, mock);
      await comment(page, 4, "Say which text was no number.");
      await page.click('[data-line="5"]');
      await settled(page, ".changes-form textarea");
    },
  },
  {
    name: "changes-send",
    go: async (page, mock) => {
      await openMain(page, mock);
      await comment(page, 4, "Say which text was no number.");
      const back = await page.$(".file-back button");
      if (await back?.isVisible()) {
        await back.click();
      }
      await settled(page, ".changes-foot button");
      await page.click(".changes-foot button");
      await settled(page, ".changes-prompt");
    },
  },
  {
    name: "files",
    go: async (page, mock) => {
      await visit(page, `/sessions/${sessionNamed(mock, CHAT)}/files`);
      await settled(page, ".files-row");
    },
  },
  {
    name: "file",
    go: async (page, mock) => {
      await visit(page, `/sessions/${sessionNamed(mock, CHAT)}/files`);
      await settled(page, ".files-row");
      await page.click('[data-file="src"]');
      await settled(page, '[data-file="main.rs"]');
      await page.click('[data-file="main.rs"]');
      await settled(page, ".file .code-block");
    },
  },
];
