/** What can be set on the agent: its mode, its model, its options. Only what it offers. */

import { changeMode, changeModel, changeOption } from "../api/sessions";
import { attempt } from "../app/problem";
import { t } from "../i18n";
import { oneLine } from "../text/visible";
import type { ChatLog } from "../transcript/chat-log";
import type { Selection, SessionOption } from "../transcript/update";
import { Icon } from "../ui/icon";
import { Menu, type MenuItem } from "../ui/menu";

interface PickersProps {
  sessionId: string;
  log: ChatLog;
}

export function Pickers({ sessionId, log }: PickersProps) {
  const words = t().chat;
  const options = log.options.value;
  return (
    <>
      <SelectionMenu
        label={words.mode}
        selection={log.modes.value}
        choose={(id) => attempt(() => changeMode(sessionId, id))}
      />
      <SelectionMenu
        label={words.model}
        selection={log.models.value}
        choose={(id) => attempt(() => changeModel(sessionId, id))}
      />
      {options.length > 0 && (
        <Menu
          label={words.options}
          size="s"
          icon="settings"
          align="start"
          items={options.flatMap((option) => optionItems(sessionId, option))}
        />
      )}
    </>
  );
}

interface SelectionMenuProps {
  label: string;
  selection: Selection | null;
  choose: (id: string) => Promise<unknown>;
}

function SelectionMenu({ label, selection, choose }: SelectionMenuProps) {
  if (!selection || selection.available.length === 0) {
    return null;
  }
  const current = selection.available.find((one) => one.id === selection.current);
  return (
    <Menu
      label={label}
      size="s"
      align="start"
      items={selection.available.map((one) => ({
        label: oneLine(one.name, 80),
        ...(one.description ? { detail: oneLine(one.description, 160) } : {}),
        checked: one.id === selection.current,
        onSelect: () => void choose(one.id),
      }))}
    >
      <span class="picker-words">
        {oneLine(current?.name ?? selection.current ?? label, 40)}
        <Icon name="chevron_down" size={13} />
      </span>
    </Menu>
  );
}

function optionItems(sessionId: string, option: SessionOption): (MenuItem | "line")[] {
  const set = (value: string | boolean) =>
    void attempt(() => changeOption(sessionId, option.id, value));
  const name = oneLine(option.name, 60);
  if (typeof option.current === "boolean") {
    const isOn = option.current;
    return [{ label: name, checked: isOn, onSelect: () => set(!isOn) }];
  }
  return [
    ...option.choices.map((choice) => ({
      label: `${name}: ${oneLine(choice.name, 60)}`,
      checked: choice.value === option.current,
      onSelect: () => set(choice.value),
    })),
    "line" as const,
  ];
}
