/** Every key that does something, on one sheet. */

import "./shortcut-sheet.css";
import { actions } from "../app/actions";
import { t } from "../i18n";
import { MOD } from "../keyboard/keys";
import { Keys } from "../ui/bits";
import { Dialog } from "../ui/dialog";

export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const words = t().shortcuts;
  const general = actions()
    .filter((action) => action.keys.length > 0)
    .map((action): Row => [action.keys, action.label]);
  const permission: Row[] = [
    [["Y"], words.allow_once],
    [["A"], words.allow_session],
    [["N"], words.deny],
  ];
  const chat: Row[] = [
    [["Enter"], words.send],
    [["Shift", "Enter"], words.new_line],
    [["/"], words.commands],
    [["Esc", "Esc"], words.stop],
  ];
  const terminal: Row[] = [
    [["Ctrl", "Shift", "C"], words.copy],
    [["Ctrl", "Shift", "V"], words.paste],
    [["Ctrl", "Shift", "F"], words.find],
    [[MOD, "+"], words.larger],
    [[MOD, "−"], words.smaller],
  ];
  return (
    <Dialog title={t().actions.shortcuts} onClose={onClose} width="l">
      <div class="key-sheet">
        <KeyGroup title={words.everywhere} rows={[...general, [["/"], words.search]]} />
        <div>
          <KeyGroup title={words.on_permission} rows={permission} />
          <KeyGroup title={words.in_chat} rows={chat} />
          <KeyGroup title={words.in_terminal} rows={terminal} />
        </div>
      </div>
    </Dialog>
  );
}

type Row = readonly [readonly string[], string];

function KeyGroup({ title, rows }: { title: string; rows: readonly Row[] }) {
  return (
    <section class="key-group">
      <h3>{title}</h3>
      <dl>
        {rows.map(([keys, meaning]) => (
          <div key={meaning}>
            <dt>{meaning}</dt>
            <dd>
              <Keys keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
