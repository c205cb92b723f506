/** One line of a chat, by its kind. */

import "./lines.css";
import { store, user } from "../app/state";
import { t } from "../i18n";
import { duration, time } from "../i18n/format";
import { PermissionCard } from "../permission/card";
import { plain } from "../text/ansi";
import { oneLine, someLines } from "../text/visible";
import type { Line } from "../transcript/chat-log";
import type {
  AgentItem,
  NoticeItem,
  PermissionItem,
  TurnEndItem,
  UnknownItem,
  UserItem,
} from "../transcript/item";
import { Foreign } from "../ui/bits";
import { Icon, type IconName } from "../ui/icon";
import { ContentPieces } from "./content";
import { Folded } from "./folded";
import { AgentLine, ThoughtLine } from "./speech-lines";
import { ToolLine } from "./tool-line";

export function ChatLine({ line, sessionId }: { line: Line; sessionId: string }) {
  const item = line.item.value;
  switch (item.kind) {
    case "user":
      return <UserLine item={item} />;
    case "agent":
      return <AgentLine item={item} />;
    case "thought":
      return <ThoughtLine item={item} />;
    case "tool":
      return <ToolLine item={item} />;
    case "permission":
      return <PermissionLine item={item} sessionId={sessionId} />;
    case "notice":
      return <NoticeLine item={item} />;
    case "turn_end":
      return <TurnEndLine item={item} />;
    case "agent_start":
      return <AgentStartLine item={item} />;
    case "unknown":
      return <UnknownLine item={item} />;
  }
}

function UserLine({ item }: { item: UserItem }) {
  const words = t().chat;
  const isMe = [user.value?.display_name, user.value?.username, user.value?.user_id].includes(
    item.author,
  );
  return (
    <article class="user-line" data-turn-id={item.turnId}>
      {(!isMe || item.isNote) && (
        <p class="user-author">
          {!isMe && <Foreign text={item.author} />}
          {item.isNote && <span class="faint"> {words.note_to_denial}</span>}
        </p>
      )}
      <div class="user-words" title={time(item.at)}>
        <ContentPieces content={item.content} isPlain />
      </div>
    </article>
  );
}

function PermissionLine({ item, sessionId }: { item: PermissionItem; sessionId: string }) {
  const words = t().permission;
  const { permission } = item;
  const known = store.permissions.value.get(permission.requestId);
  const isOver = permission.state === "resolved" || permission.state === "withdrawn";
  // A transcript may name a question of another session; what is answered here belongs here.
  if (known?.session_id === sessionId && !isOver) {
    return <PermissionCard permission={known} inChat />;
  }
  const title = permission.title ? oneLine(permission.title, 160) : "";
  if (!isOver) {
    return (
      <p class="quiet-line">
        <Icon name="shield" size={16} />
        <span>
          {words.waiting} <span class="mono">{title}</span>
        </span>
      </p>
    );
  }
  const answer = permission.answer;
  const isNo = permission.state === "withdrawn" || answer === "deny";
  return (
    <div class={`quiet-line ${isNo ? "line-no" : "line-yes"}`}>
      <Icon name={isNo ? "ban" : "check"} size={16} />
      <span>
        {answer ? words.answered[answer] : words.withdrawn}
        {permission.by && (
          <>
            {" · "}
            <Foreign text={permission.by} />
          </>
        )}
        {title && (
          <>
            {" · "}
            <span class="mono faint">{title}</span>
          </>
        )}
        {permission.note && <q class="line-note">{someLines(permission.note)}</q>}
      </span>
    </div>
  );
}

function NoticeLine({ item: { notice } }: { item: NoticeItem }) {
  const words = t().notices as Record<string, string | undefined>;
  const icon = { info: "info", warning: "alert", error: "alert" } as const;
  const says = oneLine(notice.text, 600);
  const own = words[notice.code];
  const more = [own ? says : "", plain(notice.detail ?? "").trim()].filter((part) => part !== "");
  return (
    <div class={`notice-line notice-${notice.level}`} data-code={notice.code}>
      <Icon name={icon[notice.level]} size={16} />
      <div class="notice-words">
        <p>{own ?? says}</p>
        {more.length > 0 && (
          <Folded label={t().chat.details}>
            <pre class="notice-detail">{more.join("\n\n")}</pre>
          </Folded>
        )}
      </div>
    </div>
  );
}

const ENDINGS = {
  done: "check",
  cancelled: "stop",
  failed: "alert",
  unknown: "question",
  sent: "clock",
  on_machine: "clock",
  running: "clock",
} as const satisfies Record<string, IconName>;

function TurnEndLine({ item }: { item: TurnEndItem }) {
  const words = t().chat;
  const took = item.startedAt === null ? null : item.at - item.startedAt;
  return (
    <div class={`turn-end turn-${item.state}`} data-turn-id={item.turnId} data-state={item.state}>
      <span class="turn-end-words">
        <Icon name={ENDINGS[item.state]} size={14} />
        {words.turn_states[item.state]}
        {took !== null && item.state === "done" && <span> · {duration(took)}</span>}
      </span>
      {item.state === "unknown" ? (
        <p class="turn-outcome">{words.unknown_text}</p>
      ) : (
        item.outcome && <p class="turn-outcome">{someLines(item.outcome)}</p>
      )}
    </div>
  );
}

function AgentStartLine({ item }: { item: AgentItem }) {
  const words = t().chat;
  return (
    <p class="quiet-line agent-start">
      <Icon name="bot" size={16} />
      <span>
        <Foreign text={item.name || words.agent} />{" "}
        {item.version && (
          <span class="mono">
            <Foreign text={item.version} />
          </span>
        )}{" "}
        {words.opened[item.opened]}
      </span>
    </p>
  );
}

function UnknownLine({ item }: { item: UnknownItem }) {
  return (
    <div class="quiet-line">
      <Icon name="question" size={16} />
      <Folded label={t().chat.unknown}>
        <pre class="notice-detail">{someLines(JSON.stringify(item.raw, null, 2), 20_000)}</pre>
      </Folded>
    </div>
  );
}
