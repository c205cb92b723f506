/** What the agent says, and what it thinks. */

import { t } from "../i18n";
import { duration } from "../i18n/format";
import { plain } from "../text/ansi";
import { oneLine } from "../text/visible";
import type { SpeechItem } from "../transcript/item";
import type { Content } from "../transcript/update";
import { CopyButton } from "../ui/copy";
import { Icon } from "../ui/icon";
import { ContentPieces } from "./content";
import { Folded } from "./folded";

export function AgentLine({ item }: { item: SpeechItem }) {
  const text = textOf(item.content);
  return (
    <article class="agent-line">
      <ContentPieces content={item.content} isOpen={item.isOpen} />
      {!item.isOpen && text !== "" && (
        <span class="agent-tools">
          <CopyButton text={text} label={t().chat.copy_message} />
        </span>
      )}
    </article>
  );
}

export function ThoughtLine({ item }: { item: SpeechItem }) {
  const words = t().chat;
  const tookMs = item.endedAt - item.at;
  const text = plain(textOf(item.content));
  const preview = oneLine(text.trim().split("\n").at(-1) ?? "", 120);
  return (
    <div class="thought-line">
      <Folded
        label={
          <>
            <Icon name="brain" size={15} />
            <span class="thought-label">
              {item.isOpen
                ? words.thinking
                : tookMs < 1000
                  ? words.thought
                  : words.thought_for(duration(tookMs))}
            </span>
            <span class="thought-preview cut">{preview}</span>
          </>
        }
      >
        <div class="thought-words">
          <ContentPieces content={item.content} isOpen={item.isOpen} />
        </div>
      </Folded>
    </div>
  );
}

function textOf(content: readonly Content[]): string {
  return content.map((piece) => (piece.kind === "text" ? piece.text : "")).join("\n");
}
