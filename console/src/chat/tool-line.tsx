/** A tool call: one line, and everything about it below when it is opened. */

import { useEffect, useState } from "preact/hooks";

import "./tool-line.css";
import { lazy } from "../app/lazy";
import { t } from "../i18n";
import { bytes, duration } from "../i18n/format";
import { readDetails } from "../permission/details";
import { Visible } from "../permission/visible-text";
import { oneLine } from "../text/visible";
import { now } from "../time/clock";
import type { ToolItem } from "../transcript/item";
import type { ToolCall, ToolContent, ToolKind, ToolStatus } from "../transcript/update";
import { Badge, Skeleton } from "../ui/bits";
import { Spinner } from "../ui/button";
import { Icon, type IconName } from "../ui/icon";
import { ContentPieces } from "./content";
import { Output } from "./output";

const DiffView = lazy(
  () => import("../diff/diff-view").then((module) => module.DiffView),
  () => <Skeleton lines={3} />,
);

const KINDS: Readonly<Record<ToolKind, IconName>> = {
  read: "file",
  edit: "edit",
  delete: "trash",
  move: "move",
  search: "search",
  execute: "shell",
  think: "brain",
  fetch: "globe",
  switch_mode: "swap",
  other: "bolt",
};

export function ToolLine({ item }: { item: ToolItem }) {
  const [isOpen, setOpen] = useState(false);
  const { call, decision } = item;
  const status = call.status ?? "pending";
  const title = call.title || call.name || t().chat.tool;
  const isRefused = decision?.allowed === false;
  return (
    <div class={`tool tool-${status}`} data-tool-call-id={call.toolCallId} data-status={status}>
      <button
        type="button"
        class="tool-row"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name={isOpen ? "chevron_down" : "chevron_right"} size={14} />
        <span class="tool-kind">
          <Icon name={KINDS[call.toolKind ?? "other"]} size={16} />
        </span>
        <span class="tool-title cut">
          <bdi>{oneLine(title, 200)}</bdi>
        </span>
        <Counts call={call} />
        {isRefused && <Badge tone="failed">{t().chat.refused}</Badge>}
        <Took item={item} status={status} />
        <StatusIcon status={status} />
      </button>
      {isOpen && <ToolBody item={item} />}
    </div>
  );
}

function Took({ item, status }: { item: ToolItem; status: ToolStatus }) {
  const isRunning = status === "in_progress";
  const end = item.endedAt ?? (isRunning ? now.value : null);
  if (end === null || end - item.at < 1000) {
    return null;
  }
  return <span class="tool-took">{duration(end - item.at)}</span>;
}

function StatusIcon({ status }: { status: ToolStatus }) {
  const words = t().chat.tool_states;
  return (
    <span class="tool-status">
      {status === "in_progress" ? <Spinner /> : <Icon name={STATUS_ICONS[status]} size={15} />}
      <span class="unseen">{words[status]}</span>
    </span>
  );
}

const STATUS_ICONS = {
  pending: "clock",
  in_progress: "clock",
  paused: "pause",
  completed: "check",
  failed: "close",
  cancelled: "stop",
  unfinished: "question",
} as const;

/** How many lines come and go, once the part of the page that counts them is there. */
function Counts({ call }: { call: ToolCall }) {
  const [counts, setCounts] = useState<readonly [number, number] | null>(null);
  const content = call.content;
  useEffect(() => {
    const diffs = (content ?? []).filter((one) => one.kind === "diff");
    if (diffs.length === 0) {
      return;
    }
    let isGone = false;
    void import("../diff/rows").then(({ changes }) => {
      const all = diffs.map((diff) => changes(diff.oldText ?? "", diff.newText));
      const sum = (of: "added" | "removed") => all.reduce((total, one) => total + one[of], 0);
      if (!isGone) {
        setCounts([sum("added"), sum("removed")]);
      }
    });
    return () => {
      isGone = true;
    };
  }, [content]);
  return (
    counts && (
      <span class="diff-counts">
        <span class="diff-plus">+{counts[0]}</span>
        <span class="diff-minus">−{counts[1]}</span>
      </span>
    )
  );
}

function ToolBody({ item: { call, decision } }: { item: ToolItem }) {
  const words = t().chat;
  const details = readDetails({ tool_call: { tool_call_id: "-", raw_input: call.rawInput } });
  const hasOutput = call.rawOutput !== undefined && (call.content ?? []).length === 0;
  return (
    <div class="tool-body">
      {decision && (
        <p class="tool-decision">
          <Icon name={decision.allowed ? "check" : "ban"} size={15} />
          {decision.allowed ? words.policy_allowed : words.policy_refused}{" "}
          {oneLine(decision.reason)}
        </p>
      )}
      {details.command !== null && (
        <pre class="tool-command">
          <Visible text={details.command} />
        </pre>
      )}
      {details.rest.length > 0 && (
        <dl class="tool-input">
          {details.rest.map(([name, value]) => (
            <div key={name}>
              <dt class="mono">{oneLine(name) || words.input}</dt>
              <dd class="mono">
                <Visible text={value} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {call.locations && call.locations.length > 0 && (
        <p class="tool-places">
          {call.locations.map((place) => (
            <span key={`${place.path}:${place.line ?? ""}`} class="mono">
              {oneLine(place.path)}
              {place.line !== undefined && `:${place.line}`}
            </span>
          ))}
        </p>
      )}
      {call.content?.map((content, index) => (
        <Brought key={index} content={content} />
      ))}
      {hasOutput && <Output text={written(call.rawOutput)} />}
      {call.cutBytes !== undefined && (
        <p class="small faint">{words.cut_bytes(bytes(call.cutBytes))}</p>
      )}
    </div>
  );
}

function Brought({ content }: { content: ToolContent }) {
  switch (content.kind) {
    case "diff":
      return <DiffView path={content.path} oldText={content.oldText} newText={content.newText} />;
    case "content":
      return content.content.kind === "text" ? (
        <Output text={content.content.text} />
      ) : (
        <ContentPieces content={[content.content]} />
      );
    case "terminal":
      return <p class="small faint">{t().chat.agent_terminal}</p>;
    case "unknown":
      return <Output text={written(content.raw)} />;
  }
}

function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
