/** Prompts that are not in the transcript's lines yet: on their way, or waiting their turn. */

import "./waiting-list.css";
import { cancelTurn } from "../api/sessions";
import type { ContentBlock } from "../api/types";
import { attempt, wordsFor } from "../app/problem";
import { store } from "../app/state";
import { t } from "../i18n";
import { oneLine } from "../text/visible";
import type { ChatLog, Waiting } from "../transcript/chat-log";
import { Button, IconButton, Spinner } from "../ui/button";
import { Icon } from "../ui/icon";
import { discard, type Outgoing, outbox, post, retryAll } from "./outbox";

interface WaitingListProps {
  sessionId: string;
  log: ChatLog;
  /** Puts a text back where one writes. */
  onEdit: (text: string) => void;
}

export function WaitingList({ sessionId, log, onEdit }: WaitingListProps) {
  const words = t().chat;
  const inQueue = log.waiting.value;
  const shown = new Set(log.turns.value.keys());
  const onTheirWay = outbox.value.filter(
    (one) => one.sessionId === sessionId && !(one.turnId !== null && shown.has(one.turnId)),
  );
  const count = inQueue.length + onTheirWay.length;
  if (count === 0) {
    return null;
  }
  return (
    <section class="waiting" aria-label={words.waiting_prompts}>
      {inQueue.map((waiting, index) => (
        <QueuedRow
          key={waiting.turnId}
          sessionId={sessionId}
          waiting={waiting}
          isNext={index === 0}
          canSteer={log.runningTurn.value !== null}
        />
      ))}
      {onTheirWay.map((one) => (
        <OutgoingRow key={one.key} outgoing={one} onEdit={onEdit} />
      ))}
    </section>
  );
}

interface QueuedRowProps {
  sessionId: string;
  waiting: Waiting;
  isNext: boolean;
  canSteer: boolean;
}

/** A prompt that the machine has; it can be taken back, or go first. */
function QueuedRow({ sessionId, waiting, isNext, canSteer }: QueuedRowProps) {
  const words = t().chat;
  const cancel = () => attempt(() => cancelTurn(sessionId, waiting.turnId));
  const text = waiting.content.find((piece) => piece.kind === "text")?.text ?? words.picture;
  const steer = async () => {
    // The running turn ends, and this prompt is the next one in any case if it is the first.
    if (isNext) {
      await attempt(() => cancelTurn(sessionId));
      return;
    }
    if (await cancel()) {
      post(sessionId, [{ type: "text", text }], "steer");
    }
  };
  const isText = waiting.content.every((piece) => piece.kind === "text");
  return (
    <div class="waiting-row" data-turn-id={waiting.turnId} data-state="queued">
      <Icon name="list" size={16} />
      <span class="waiting-state">{isNext ? words.next : words.queued}</span>
      <span class="waiting-text cut">
        <bdi>{oneLine(text, 200)}</bdi>
      </span>
      {canSteer && (isNext || isText) && (
        <Button size="s" look="ghost" icon="steer" onClick={() => void steer()}>
          {words.steer}
        </Button>
      )}
      <IconButton icon="close" size="s" label={words.cancel_prompt} onClick={() => void cancel()} />
    </div>
  );
}

interface OutgoingRowProps {
  outgoing: Outgoing;
  onEdit: (text: string) => void;
}

/** A prompt that has left this page, or wants to. */
function OutgoingRow({ outgoing, onEdit }: OutgoingRowProps) {
  const words = t().chat;
  const turn = outgoing.turnId === null ? undefined : store.turns.value.get(outgoing.turnId);
  const text = textOf(outgoing.content) || words.picture;
  const problem = outgoing.state === "refused" ? wordsFor(outgoing.error) : null;
  return (
    <div class={`waiting-row waiting-${outgoing.state}`} data-state={outgoing.state}>
      {outgoing.state === "refused" ? <Icon name="alert" size={16} /> : <Spinner />}
      <span class="waiting-state">
        {outgoing.state === "taken" && turn
          ? words.turn_states[turn.state]
          : words.outgoing[outgoing.state]}
      </span>
      <span class="waiting-text cut">
        <bdi>{oneLine(text, 200)}</bdi>
      </span>
      {outgoing.state === "refused" && (
        <Button
          size="s"
          look="ghost"
          icon="edit"
          onClick={() => {
            discard(outgoing.key);
            onEdit(textOf(outgoing.content));
          }}
        >
          {words.edit}
        </Button>
      )}
      {outgoing.state === "waiting" && (
        <Button size="s" look="ghost" icon="refresh" onClick={retryAll}>
          {t().common.try_again}
        </Button>
      )}
      {(outgoing.state === "waiting" || outgoing.state === "refused") && (
        <IconButton
          icon="close"
          size="s"
          label={words.cancel_prompt}
          onClick={() => discard(outgoing.key)}
        />
      )}
      {problem && (
        <p class="waiting-problem" role="alert">
          {problem.text} {problem.hint}
        </p>
      )}
    </div>
  );
}

function textOf(content: readonly ContentBlock[]): string {
  return content.map((block) => (block.type === "text" ? block.text : "")).join("");
}
