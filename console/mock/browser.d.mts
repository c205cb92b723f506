import type { Browser } from "puppeteer-core";

export function startBrowser(flags?: readonly string[]): Promise<Browser>;
