/** The words of the console, in the language that was chosen. */

import { type Signal, signal } from "@preact/signals";

import { keep, recall } from "../app/storage";
import type { Catalogue } from "../locales/en";

export const LANGUAGES = ["en", "zh"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language in its own words. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", zh: "中文" };

/** BCP 47, for dates and numbers. */
const TAGS: Readonly<Record<Language, string>> = { en: "en", zh: "zh-CN" };

const LOADERS: Readonly<Record<Language, () => Promise<{ default: Catalogue }>>> = {
  en: () => import("../locales/en"),
  zh: () => import("../locales/zh"),
};

export const language: Signal<Language> = signal("en");

const catalogue = signal<Catalogue | null>(null);

/** The words. Whoever reads them is drawn again when the language changes. */
export function t(): Catalogue {
  const words = catalogue.value;
  if (!words) {
    throw new Error("nothing is drawn before `loadLanguage` has been waited for");
  }
  return words;
}

/** The locale for `Intl`. */
export function locale(): string {
  return TAGS[language.value];
}

/** Loads the language that was chosen here before, or the one that the browser prefers. */
export function loadLanguage(): Promise<void> {
  const kept = recall("language");
  const chosen = LANGUAGES.find((one) => one === kept);
  return show(chosen ?? preferred(navigator.languages));
}

/** Changes the language and remembers it. */
export async function chooseLanguage(chosen: Language): Promise<void> {
  await show(chosen);
  keep("language", chosen);
}

/** The first of the browser's languages that there are words in. */
export function preferred(tags: readonly string[]): Language {
  const known = tags.map((tag) => LANGUAGES.find((one) => tag.toLowerCase().startsWith(one)));
  return known.find((one) => one !== undefined) ?? "en";
}

async function show(chosen: Language): Promise<void> {
  const loaded = await LOADERS[chosen]();
  language.value = chosen;
  catalogue.value = loaded.default;
  document.documentElement.lang = TAGS[chosen];
}
