/** Finding something in what a terminal has shown. */

import { useEffect, useRef, useState } from "preact/hooks";

import { t } from "../i18n";
import { isComposing } from "../keyboard/keys";
import { IconButton } from "../ui/button";
import type { Emulator } from "./emulator";

interface SearchBarProps {
  emulator: Emulator;
  onClose: () => void;
}

const COLOURS = {
  matchBackground: "#8a6a1a",
  matchOverviewRuler: "#df950f",
  activeMatchBackground: "#df950f",
  activeMatchColorOverviewRuler: "#df950f",
} as const;

export function SearchBar({ emulator, onClose }: SearchBarProps) {
  const words = t().terminal;
  const [text, setText] = useState(emulator.terminal.getSelection());
  const [found, setFound] = useState<{ at: number; count: number } | null>(null);
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    input.current?.select();
    const results = emulator.search.onDidChangeResults(({ resultIndex, resultCount }) => {
      setFound({ at: resultIndex + 1, count: resultCount });
    });
    return () => {
      results.dispose();
      emulator.search.clearDecorations();
    };
  }, [emulator]);

  useEffect(() => {
    if (text === "") {
      emulator.search.clearDecorations();
      setFound(null);
    } else {
      emulator.search.findPrevious(text, { incremental: true, decorations: COLOURS });
    }
  }, [emulator, text]);

  const next = () => emulator.search.findNext(text, { decorations: COLOURS });
  const previous = () => emulator.search.findPrevious(text, { decorations: COLOURS });
  return (
    <search class="terminal-search">
      <input
        ref={input}
        class="input"
        aria-label={words.find}
        placeholder={words.find}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (isComposing(event)) {
            return;
          }
          if (event.key === "Enter") {
            event.preventDefault();
            (event.shiftKey ? next : previous)();
          } else if (event.key === "Escape") {
            onClose();
          }
        }}
      />
      <span class="terminal-found" role="status">
        {found && (found.count > 0 ? `${found.at}/${found.count}` : words.not_found)}
      </span>
      <IconButton icon="arrow_up" size="s" label={words.previous} onClick={previous} />
      <IconButton icon="arrow_down" size="s" label={words.next} onClick={next} />
      <IconButton icon="close" size="s" label={t().common.close} onClick={onClose} />
    </search>
  );
}
