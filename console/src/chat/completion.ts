/** Slash commands, while one types the name of one. */

import type { SlashCommand } from "../transcript/update";

/** What stands between the slash and the cursor; null where no command is being typed. */
export function commandPrefix(text: string, cursor: number): string | null {
  const found = /^\/([^\s/]*)$/.exec(text.slice(0, cursor));
  return found?.[1] ?? null;
}

/** Commands that begin with the prefix, then those that contain it. */
export function matching(
  commands: readonly SlashCommand[],
  prefix: string,
): readonly SlashCommand[] {
  const wanted = prefix.toLowerCase();
  const begins = (command: SlashCommand) => command.name.toLowerCase().startsWith(wanted);
  const contains = (command: SlashCommand) => command.name.toLowerCase().includes(wanted);
  return [
    ...commands.filter(begins),
    ...commands.filter((command) => !begins(command) && contains(command)),
  ];
}
