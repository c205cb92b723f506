/** Beside the chat: the plan, the files that changed, how full the context is, where it runs. */

import { computed, type ReadonlySignal } from "@preact/signals";
import { useMemo } from "preact/hooks";

import "./rail.css";
import type { SessionView } from "../api/types";
import { store } from "../app/state";
import { t } from "../i18n";
import { compact, money, number, percent } from "../i18n/format";
import { oneLine } from "../text/visible";
import type { ChatLog } from "../transcript/chat-log";
import type { PlanEntry } from "../transcript/update";
import { Ago, Foreign, Meter } from "../ui/bits";
import { CopyButton } from "../ui/copy";
import { Cost } from "../ui/cost";
import { Icon } from "../ui/icon";
import { PolicyFacts } from "./policy-facts";

interface RailProps {
  session: SessionView;
  log: ChatLog;
  /** Goes to a line of the chat. */
  goTo: (key: string) => void;
}

export function Rail({ session, log, goTo }: RailProps) {
  const words = t().rail;
  const files = useMemo(() => changedFiles(log), [log]);
  return (
    <div class="rail">
      <Plan entries={log.plan.value} />
      {files.value.length > 0 && (
        <section class="rail-part">
          <h2>{words.files}</h2>
          <ul class="rail-files">
            {files.value.map((file) => (
              <li key={file.path}>
                <button type="button" onClick={() => goTo(file.key)}>
                  <Icon name="file" size={14} />
                  <span class="rail-path" title={oneLine(file.path)}>
                    <bdi>{oneLine(shortened(file.path, session.project_path), 120)}</bdi>
                  </span>
                  {file.edits > 1 && <span class="faint">{words.edits(file.edits)}</span>}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Context session={session} log={log} />
      <PolicyFacts session={session} />
      <Facts session={session} />
    </div>
  );
}

function Plan({ entries }: { entries: readonly PlanEntry[] }) {
  const words = t().rail;
  if (entries.length === 0) {
    return null;
  }
  const done = entries.filter((entry) => entry.status === "completed").length;
  return (
    <section class="rail-part">
      <h2>
        {words.plan}{" "}
        <span class="faint">
          {done}/{entries.length}
        </span>
      </h2>
      <ol class="plan">
        {entries.map((entry, index) => (
          <li key={index} class={`plan-step plan-${stepState(entry)}`}>
            <span class="plan-mark">
              {stepState(entry) === "completed" && <Icon name="check" size={12} />}
            </span>
            <span class="unseen">{words.steps[stepState(entry)]}</span>
            <span class="plan-words">{oneLine(entry.content.replaceAll("`", ""), 300)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function stepState(entry: PlanEntry): "pending" | "in_progress" | "completed" {
  return entry.status === "completed" || entry.status === "in_progress" ? entry.status : "pending";
}

interface ChangedFile {
  path: string;
  /** The line of the last change. */
  key: string;
  edits: number;
}

/** Files that the agent has changed, the last changed first. */
function changedFiles(log: ChatLog): ReadonlySignal<readonly ChangedFile[]> {
  return computed(() => {
    const files = new Map<string, ChangedFile>();
    for (const line of log.lines.value) {
      const item = line.item.value;
      if (item.kind !== "tool" || item.call.status !== "completed") {
        continue;
      }
      for (const content of item.call.content ?? []) {
        if (content.kind === "diff") {
          const edits = (files.get(content.path)?.edits ?? 0) + 1;
          files.delete(content.path);
          files.set(content.path, { path: content.path, key: line.key, edits });
        }
      }
    }
    return [...files.values()].reverse();
  });
}

function shortened(path: string, workspace: string): string {
  const folder = workspace.endsWith("/") ? workspace : `${workspace}/`;
  return path.startsWith(folder) ? path.slice(folder.length) : path;
}

function Context({ session, log }: { session: SessionView; log: ChatLog }) {
  const words = t().rail;
  const used = log.usage.value;
  // The page has asked for it.
  const ledger = store.usage.all.value.get(session.session_id);
  const share = used && used.size > 0 ? used.used / used.size : null;
  if (share === null && !(ledger && ledger.calls > 0)) {
    return null;
  }
  return (
    <section class="rail-part">
      <h2>{words.usage}</h2>
      {used && share !== null && (
        <div class="rail-context">
          <p>
            {words.context} <strong>{percent(share)}</strong>{" "}
            <span class="faint">
              {compact(used.used)} / {compact(used.size)}
            </span>
          </p>
          <Meter share={share} label={words.context} />
        </div>
      )}
      <dl class="rail-facts">
        {ledger && ledger.calls > 0 && (
          <>
            <dt>{words.spent}</dt>
            <dd>
              <Cost totals={ledger} />
            </dd>
            <dt>{words.tokens}</dt>
            <dd>{compact(ledger.total_tokens)}</dd>
            <dt>{words.calls}</dt>
            <dd>{number(ledger.calls)}</dd>
          </>
        )}
        {used?.cost && (
          <>
            <dt>{words.cost}</dt>
            <dd>{money(used.cost.amount, used.cost.currency)}</dd>
          </>
        )}
      </dl>
    </section>
  );
}

function Facts({ session }: { session: SessionView }) {
  const words = t().rail;
  const machine = store.machines.value.get(session.machine_id);
  return (
    <section class="rail-part">
      <h2>{words.session}</h2>
      <dl class="rail-facts">
        <dt>{words.machine}</dt>
        <dd>
          <Foreign text={machine?.machine_name ?? "–"} />
        </dd>
        <dt>{words.workspace}</dt>
        <dd class="rail-workspace">
          <Foreign text={session.project_path} mono />
          <CopyButton text={session.project_path} />
        </dd>
        {session.worktree && (
          <>
            <dt>{t().worktree.title}</dt>
            <dd>
              <Foreign text={session.worktree.branch} mono />
              <span class="small faint">
                {" "}
                {t().worktree.of(oneLine(session.worktree.source, 200))}
              </span>
            </dd>
          </>
        )}
        <dt>{words.owner}</dt>
        <dd>
          <Foreign text={session.owner.display_name} />
        </dd>
        <dt>{words.started}</dt>
        <dd>
          <Ago at={session.created_at} />
        </dd>
        {session.tags.length > 0 && (
          <>
            <dt>{t().session.tags}</dt>
            <dd>{session.tags.map((tag) => oneLine(tag, 60)).join(", ")}</dd>
          </>
        )}
      </dl>
    </section>
  );
}
