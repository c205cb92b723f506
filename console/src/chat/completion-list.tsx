import { t } from "../i18n";
import { oneLine } from "../text/visible";
import type { SlashCommand } from "../transcript/update";

interface CompletionProps {
  id: string;
  commands: readonly SlashCommand[];
  chosen: number;
  onTake: (command: SlashCommand) => void;
}

/** The agent's commands that fit; the text field has the keys. */
export function Completion({ id, commands, chosen, onTake }: CompletionProps) {
  const at = Math.min(chosen, commands.length - 1);
  return (
    <div class="completion" id={id} role="listbox" aria-label={t().chat.commands}>
      {commands.map((command, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the text field has the keys
        // biome-ignore lint/a11y/useFocusableInteractive: the text field has the focus
        <div
          key={command.name}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === at}
          class="completion-row"
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onTake(command)}
        >
          <span class="mono">/{oneLine(command.name, 60)}</span>
          {command.hint && <span class="completion-hint">{oneLine(command.hint, 60)}</span>}
          <span class="completion-text cut">{oneLine(command.description, 160)}</span>
        </div>
      ))}
    </div>
  );
}
