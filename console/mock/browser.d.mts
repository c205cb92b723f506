import type { Browser } from "puppeteer-core";

export function startBrowser(): Promise<Browser>;
