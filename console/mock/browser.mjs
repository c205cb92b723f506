// A Chromium that asks nobody for anything.
import puppeteer from "puppeteer-core";

/** Where Debian, and most others, put it. */
const PROGRAM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** `flags` are added to those that every use needs. */
export function startBrowser(flags = []) {
  return puppeteer.launch({
    executablePath: PROGRAM,
    headless: true,
    // A browser that does not answer is an error that says what it was asked.
    protocolTimeout: 60_000,
    args: [
      // Chromium refuses to put a sandbox around what root runs.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--hide-scrollbars",
      "--lang=en",
      ...flags,
    ],
  });
}
