/** A block of code: its language, a way to copy it, and colours when they are loaded. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";

import "./code-block.css";
import { wrapLines } from "../app/preferences";
import { t } from "../i18n";
import { IconButton } from "../ui/button";
import { CopyButton } from "../ui/copy";
import { sanitise } from "./sanitise";

interface CodeBlockProps {
  code: string;
  language: string;
  /** Whether more may follow; colours wait until nothing does. */
  isOpen?: boolean;
  /** Whether all of it is in sight from the beginning. */
  isUnfolded?: boolean;
}

/** Longer code stays without colours: nobody waits for them. */
const LONGEST_COLOURED = 60_000;

/** How much of a long block is in sight at first. */
const LONG_LINES = 40;

export function CodeBlock({ code, language, isOpen = false, isUnfolded = false }: CodeBlockProps) {
  const name = language.split(/[\s{,]/)[0] ?? "";
  const box = useRef<HTMLElement>(null);
  const lines = code.split("\n").length;
  const [isWhole, setWhole] = useState(isUnfolded);
  const isCut = lines > LONG_LINES && !isWhole && !isOpen;
  const shown = isCut ? code.split("\n").slice(0, LONG_LINES).join("\n") : code;

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) {
      return;
    }
    element.textContent = shown;
    if (isOpen || name === "" || shown.length > LONGEST_COLOURED) {
      return;
    }
    let isGone = false;
    void import("./highlight").then(({ highlight }) => {
      const html = highlight(shown, name);
      if (html !== null && !isGone) {
        element.innerHTML = sanitise(html);
      }
    });
    return () => {
      isGone = true;
    };
  }, [shown, name, isOpen]);

  const words = t().chat;
  return (
    <figure class="code-block">
      <figcaption>
        <span class="code-language">{name || words.code}</span>
        <span class="code-tools">
          <IconButton
            icon="wrap"
            size="s"
            label={t().diff.wrap}
            aria-pressed={wrapLines.value}
            onClick={() => {
              wrapLines.value = !wrapLines.value;
            }}
          />
          <CopyButton text={code} />
        </span>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll by key */}
      <pre tabIndex={0} class={wrapLines.value ? "code-wrapped" : ""}>
        <code ref={box} />
      </pre>
      {isCut && (
        <button type="button" class="code-more" onClick={() => setWhole(true)}>
          {words.more_lines(lines - LONG_LINES)}
        </button>
      )}
    </figure>
  );
}
