/** What an agent writes, drawn block by block; a block that did not change is not touched. */

import type { Token, Tokens } from "marked";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { memo } from "./memo";

import "./markdown.css";
import { BlockReader } from "./blocks";
import { CodeBlock } from "./code-block";
import { askToOpen } from "./open-link";
import { blockHtml } from "./render";

interface MarkdownProps {
  text: string;
  /** Whether more may follow. */
  isOpen?: boolean;
}

export function Markdown({ text, isOpen = false }: MarkdownProps) {
  const reader = useRef(new BlockReader());
  const tokens = useMemo(() => reader.current.read(text, isOpen), [text, isOpen]);
  return (
    <div class="markdown">
      {tokens.map((token, index) =>
        token.type === "code" ? (
          <CodeBlock
            key={index}
            code={(token as Tokens.Code).text}
            language={(token as Tokens.Code).lang ?? ""}
            isOpen={isOpen && index === tokens.length - 1}
          />
        ) : (
          <Block key={index} token={token} />
        ),
      )}
    </div>
  );
}

const Block = memo(
  ({ token }: { token: Token }) => {
    const box = useRef<HTMLDivElement>(null);
    const html = blockHtml(token);
    useLayoutEffect(() => {
      if (!box.current) {
        return;
      }
      // The one place where HTML of others is drawn; `sanitise` has let it pass.
      box.current.innerHTML = html;
      for (const link of box.current.querySelectorAll("a")) {
        link.addEventListener("click", confirmLink);
        link.addEventListener("auxclick", confirmLink);
      }
    }, [html]);
    return <div ref={box} class={`md-block md-${token.type.replace(/[^a-z]/g, "")}`} />;
  },
  (before, after) => before.token.raw === after.token.raw && before.token.type === after.token.type,
);

/** A link to elsewhere is opened when a person has seen where it leads (S29). */
function confirmLink(event: MouseEvent): void {
  const link = event.currentTarget;
  if (link instanceof HTMLAnchorElement && event.button !== 2) {
    event.preventDefault();
    askToOpen(link.href);
  }
}
