// Pictures of every page, in light and dark, wide and narrow, English and Chinese, for people to
// look at: node mock/screenshots.mjs [part of a name]
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { runnerImport } from "vite";

import { startBrowser } from "./browser.mjs";
import { SHOTS } from "./shots.mjs";

const OUT = fileURLToPath(new URL("../screenshots", import.meta.url));
const dist = fileURLToPath(new URL("../dist", import.meta.url));

const SIZES = {
  wide: { width: 1440, height: 900 },
  phone: { width: 390, height: 844, isMobile: true, hasTouch: true },
};

const wanted = process.argv[2] ?? "";
mkdirSync(OUT, { recursive: true });
const { module } = await runnerImport(fileURLToPath(new URL("./server.ts", import.meta.url)));
const browser = await startBrowser();
const problems = [];

for (const shot of SHOTS) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const theme of ["light", "dark"]) {
      for (const language of ["en", "zh"]) {
        const name = `${shot.name}-${size}-${theme}-${language}`;
        if (name.includes(wanted) && !(shot.only && !shot.only.includes(size))) {
          await take(shot, name, viewport, theme, language);
        }
      }
    }
  }
}

await browser.close();
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exitCode = 1;
}

async function take(shot, name, viewport, theme, language) {
  const mock = await module.startMock({ scene: shot.scene ?? "busy", dist, pace: shot.pace ?? 1 });
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("401")) {
      problems.push(`${name}: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => problems.push(`${name}: ${error.message}`));
  await page.setViewport(viewport);
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
  await page.evaluateOnNewDocument((chosen) => {
    localStorage.setItem("gantline.language", JSON.stringify(chosen));
    // Sessions that were active before this browser knew them would all be read.
    localStorage.setItem(
      "gantline.seen",
      JSON.stringify({ since: new Date(Date.now() - 3 * 3600 * 1000).toISOString(), sessions: {} }),
    );
  }, language);
  if (shot.signedOut !== true) {
    await page.goto(`${mock.url}/#/welcome/sign-in`);
    await page.waitForSelector(".frame");
  }
  await shot.go(page, mock);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${OUT}/${name}.png` });
  await context.close();
  await mock.close();
  console.log(name);
}
