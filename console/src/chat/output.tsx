/** Output of a program: with its colours, without its other powers. */

import { useMemo, useState } from "preact/hooks";

import "./output.css";
import { t } from "../i18n";
import { plain, spans } from "../text/ansi";
import { CopyButton } from "../ui/copy";

const MOST_LINES = 30;

export function Output({ text }: { text: string }) {
  const [isWhole, setWhole] = useState(false);
  const lines = useMemo(() => text.replace(/\n+$/, "").split("\n"), [text]);
  const shown = isWhole ? lines : lines.slice(-MOST_LINES);
  const coloured = useMemo(() => spans(shown.join("\n")), [shown]);
  const hidden = lines.length - shown.length;
  return (
    <div class="output">
      {hidden > 0 && (
        <button type="button" class="output-more" onClick={() => setWhole(true)}>
          {t().chat.earlier_lines(hidden)}
        </button>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by key */}
      <pre tabIndex={0}>
        {coloured.map((span, index) =>
          span.styles.length > 0 ? (
            <span key={index} class={span.styles.map((style) => `ansi-${style}`).join(" ")}>
              {span.text}
            </span>
          ) : (
            span.text
          ),
        )}
      </pre>
      <span class="output-copy">
        <CopyButton text={plain(text)} />
      </span>
    </div>
  );
}
