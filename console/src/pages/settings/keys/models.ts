/** Which models a key serves, as people write them: one in each line, other names before `=`. */

import type { ProviderKeyView } from "../../../api/types";

export interface Served {
  /** `null` for all. */
  models: string[] | null;
  aliases: Record<string, string>;
}

/** Reads the lines: `model`, or `other name = model`. */
export function readModels(text: string): Served {
  const lines = text.split("\n").map((line) => line.trim());
  const models: string[] = [];
  const aliases: [string, string][] = [];
  for (const line of lines.filter((one) => one !== "")) {
    const at = line.indexOf("=");
    if (at < 0) {
      models.push(line);
    } else {
      aliases.push([line.slice(0, at).trim(), line.slice(at + 1).trim()]);
    }
  }
  return {
    models: models.length > 0 ? [...new Set(models)] : null,
    aliases: Object.fromEntries(aliases),
  };
}

/** The lines for what a key serves. */
export function writeModels({ models, aliases }: Pick<ProviderKeyView, "models" | "aliases">) {
  const other = Object.entries(aliases).map(([name, model]) => `${name} = ${model}`);
  return [...(models ?? []), ...other].join("\n");
}
