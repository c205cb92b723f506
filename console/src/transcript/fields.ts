/** Reading members of JSON that somebody else wrote, without trusting its shape. */

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The members of an object; none where it is something else. */
export function fields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function texts(value: unknown): string[] {
  return list(value).filter((item) => typeof item === "string");
}

/** A finite number that is not negative; 0 where it is something else. */
export function count(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}

/** One of the words; the fallback where it is none of them. */
export function word<const Word extends string>(
  value: unknown,
  words: readonly Word[],
  fallback: NoInfer<Word>,
): Word {
  return words.find((known) => known === value) ?? fallback;
}

/** The object without the members that are undefined: absent means "unchanged". */
export function present<T extends object>(members: T): Present<T> {
  const known = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as Present<T>;
}

/** A member that may be undefined may be absent instead. */
export type Present<T> = {
  [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key];
} & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>;
};

export function maybeText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function maybeCount(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}
