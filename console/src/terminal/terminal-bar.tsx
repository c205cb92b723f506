/** Above a terminal: what the program calls itself, who types, how fast it answers. */

import { terminalFontSize } from "../app/preferences";
import { t } from "../i18n";
import { Badge, Foreign } from "../ui/bits";
import { Button, IconButton } from "../ui/button";
import { Icon } from "../ui/icon";
import type { Emulator } from "./emulator";
import { changeFontSize } from "./font-size";
import type { Parts } from "./parts";

interface TerminalBarProps {
  parts: Parts;
  title: string;
  onSearch: () => void;
}

export function TerminalBar({ parts, title, onSearch }: TerminalBarProps) {
  const words = t().terminal;
  const { attachment, emulator } = parts;
  const size = attachment.size.value;
  const latency = attachment.latencyMs.value;
  return (
    <div class="terminal-bar">
      <span class="terminal-title cut">{title && <Foreign text={title} />}</span>
      {attachment.gapBytes.value > 0 && <Badge tone="needs">{words.skipped}</Badge>}
      <KeyboardState parts={parts} />
      {size && <FitToMe parts={parts} emulator={emulator} />}
      {latency !== null && (
        <span class="terminal-fact" data-tip={words.latency}>
          {Math.max(1, Math.round(latency))} ms
        </span>
      )}
      {size && (
        <span class="terminal-fact terminal-size" data-tip={words.size}>
          {size.columns}×{size.rows}
        </span>
      )}
      <span class="terminal-tools">
        <IconButton
          icon="search"
          size="s"
          label={words.find}
          keyHint="Ctrl Shift F"
          onClick={onSearch}
        />
        <button
          type="button"
          class="button button-ghost button-s terminal-letters terminal-smaller"
          aria-label={words.smaller}
          data-tip={words.smaller}
          onClick={() => changeFontSize(-1)}
        />
        <button
          type="button"
          class="button button-ghost button-s terminal-letters terminal-larger"
          aria-label={words.larger(terminalFontSize.value)}
          data-tip={words.larger(terminalFontSize.value)}
          onClick={() => changeFontSize(1)}
        />
      </span>
    </div>
  );
}

function KeyboardState({ parts: { attachment, emulator } }: { parts: Parts }) {
  const words = t().terminal;
  const { yours, holder } = attachment.keyboard.value;
  if (attachment.ended.value !== null || attachment.connection.value.state !== "open") {
    return null;
  }
  if (!attachment.mayWrite.value) {
    return (
      <span class="terminal-keyboard">
        <Icon name="eye" size={15} />
        {words.watching}
      </span>
    );
  }
  if (yours) {
    return (
      <span class="terminal-keyboard keyboard-yours">
        <Icon name="keyboard" size={15} />
        {words.you_type}
      </span>
    );
  }
  return (
    <span class="terminal-keyboard">
      <Icon name="keyboard" size={15} />
      {holder && (
        <span class="cut">
          <Foreign text={holder.display_name} /> {words.types}
        </span>
      )}
      <Button
        size="s"
        onClick={() => {
          attachment.takeKeyboard();
          emulator.terminal.focus();
        }}
      >
        {words.take}
      </Button>
    </span>
  );
}

/** Where the terminal has another size than this window has room for. */
function FitToMe({ parts: { attachment }, emulator }: { parts: Parts; emulator: Emulator }) {
  const words = t().terminal;
  const size = attachment.size.value;
  const box = emulator.terminal.element?.parentElement;
  const fitting = box ? emulator.fitting(box) : null;
  const isOther =
    size !== null &&
    fitting !== null &&
    (Math.abs(size.columns - fitting.columns) > 1 || Math.abs(size.rows - fitting.rows) > 1);
  if (!isOther || !attachment.mayWrite.value || attachment.ended.value !== null) {
    return null;
  }
  return (
    <Button size="s" look="ghost" icon="expand" onClick={() => attachment.fitToMe()}>
      {words.fit}
    </Button>
  );
}
