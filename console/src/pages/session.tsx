/** One session: a chat or a terminal, under the same bar. */

import { useEffect, useRef, useState } from "preact/hooks";

import "./session.css";
import { changeSession, oneSession } from "../api/sessions";
import type { SessionView } from "../api/types";
import { lazy } from "../app/lazy";
import { Page } from "../app/page";
import { railOpen } from "../app/preferences";
import { attempt, ProblemNote } from "../app/problem";
import { go, Link, paths, type SessionPart } from "../app/router";
import { useSessionUsage } from "../app/session-usage";
import { drives, onlyHolds, owns, useStanding } from "../app/standing";
import { listed, seen, store, whoWorks } from "../app/state";
import { ChatView, useHasRoom } from "../chat/chat-view";
import { t } from "../i18n";
import { compact } from "../i18n/format";
import { isComposing } from "../keyboard/keys";
import { LinkQuestion } from "../markdown/open-link";
import { oneLine } from "../text/visible";
import { Foreign, Skeleton } from "../ui/bits";
import { Button, IconButton } from "../ui/button";
import { Cost } from "../ui/cost";
import { StatusBadge } from "../ui/status";
import { SessionParts } from "./session/parts";
import { PauseButton, PauseStrip } from "./session/pause";
import { Present } from "./session/present";
import { WorktreeStrip } from "./session/worktree";
import { SessionMenu } from "./sessions/session-menu";

const TerminalView = lazy(
  () => import("../terminal/terminal-view").then((module) => module.TerminalView),
  () => (
    <div class="terminal-loading">
      <Skeleton lines={4} />
    </div>
  ),
);

const ChangesView = lazy(() =>
  import("./session/changes/changes-view").then((module) => module.ChangesView),
);

const FilesView = lazy(() =>
  import("./session/files/files-view").then((module) => module.FilesView),
);

export function SessionPage({ id, part }: { id: string; part: SessionPart }) {
  const words = t().session;
  const session = store.sessions.value.get(id);
  const error = useMissing(id, session === undefined && store.ready.value);
  if (!session) {
    return (
      <Page title={words.title}>
        {error ? (
          <>
            <ProblemNote error={error} />
            <Button icon="arrow_left" onClick={() => go(paths.home)}>
              {t().not_found.home}
            </Button>
          </>
        ) : (
          <Skeleton lines={6} />
        )}
      </Page>
    );
  }
  return <KnownSession session={session} part={part} />;
}

/** Asks for a session that is older than the list. */
function useMissing(id: string, isMissing: boolean): unknown {
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (isMissing) {
      oneSession(id).then(({ session }) => store.putSession(session), setError);
    }
  }, [id, isMissing]);
  return error;
}

function KnownSession({ session, part }: { session: SessionView; part: SessionPart }) {
  const words = t().session;
  const hasRoom = useHasRoom();
  const [isRailOver, setRailOver] = useState(false);
  const status = listed.value.find((one) => one.session === session)?.status ?? "idle";
  const isChat = session.kind === "chat";
  const isAtWork = part === "work";
  useSeen(session);
  useStanding(session);
  const toggleRail = () => {
    if (hasRoom) {
      railOpen.value = !railOpen.value;
    } else {
      setRailOver(true);
    }
  };
  return (
    <Page
      title={oneLine(session.title, 80)}
      fit="whole"
      heading={<Heading session={session} />}
      actions={
        <>
          <Present id={session.session_id} />
          <Spent id={session.session_id} />
          <span class="session-status-badge">
            <StatusBadge status={status} />
          </span>
          {isChat && isAtWork && (
            <IconButton
              icon="panel"
              label={words.rail}
              aria-pressed={hasRoom && railOpen.value}
              onClick={toggleRail}
            />
          )}
          {!onlyHolds(session) && <PauseButton session={session} />}
          <SessionMenu session={session} onDeleted={() => go(paths.home)} />
        </>
      }
    >
      <div class="session-whole">
        {(!onlyHolds(session) || drives(session)) && <SessionParts id={session.session_id} />}
        <PauseStrip session={session} />
        <WorktreeStrip session={session} />
        {isAtWork && session.transcript_kept_days != null && (
          <p class="small faint session-kept">{t().kept.session(session.transcript_kept_days)}</p>
        )}
        {part === "changes" && <ChangesView session={session} />}
        {part === "files" && <FilesView session={session} />}
        {isAtWork && isChat && (
          <ChatView
            session={session}
            isRailOver={isRailOver && !hasRoom}
            closeRail={() => setRailOver(false)}
          />
        )}
        {isAtWork && !isChat && <TerminalView session={session} />}
      </div>
      <LinkQuestion />
    </Page>
  );
}

/** What it has cost by now; it grows while its agent calls models. */
function Spent({ id }: { id: string }) {
  const used = useSessionUsage(id);
  return used && used.calls > 0 ? (
    <span class="session-cost" data-tip={t().session.spent(compact(used.total_tokens), used.calls)}>
      <Cost totals={used} />
    </span>
  ) : null;
}

/** What is on the screen is read, as long as somebody looks. */
function useSeen({ session_id, last_active_at }: SessionView): void {
  useEffect(() => {
    const mark = () => {
      if (document.visibilityState === "visible") {
        seen.mark(session_id, last_active_at);
      }
    };
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [session_id, last_active_at]);
}

function Heading({ session }: { session: SessionView }) {
  const words = t().session;
  const [isRenaming, setRenaming] = useState(false);
  const machine = store.machines.value.get(session.machine_id);
  if (isRenaming) {
    return <Rename session={session} onClose={() => setRenaming(false)} />;
  }
  return (
    <div class="session-heading">
      <h1 class="cut">
        <button
          type="button"
          class="session-name cut"
          data-tip={drives(session) ? words.rename : undefined}
          disabled={!drives(session)}
          onClick={() => setRenaming(true)}
        >
          <Foreign text={session.title} />
        </button>
      </h1>
      <p class="session-where cut">
        {machine && (
          <>
            <Link to={paths.machine(machine.machine_id)}>
              <Foreign text={machine.machine_name} />
            </Link>
            <span aria-hidden="true">·</span>
          </>
        )}
        <Foreign text={whoWorks(session)} />
        {!owns(session) && (
          <span class="session-owner">
            <span aria-hidden="true">·</span>{" "}
            {t().share.of(oneLine(session.owner.display_name, 60))}
          </span>
        )}
        {session.project_path !== "" && (
          <span class="session-path cut">
            <span aria-hidden="true">·</span> <Foreign text={session.project_path} mono />
            {session.worktree && (
              <>
                {" "}
                <span aria-hidden="true">·</span> <Foreign text={session.worktree.branch} mono />
              </>
            )}
          </span>
        )}
      </p>
    </div>
  );
}

function Rename({ session, onClose }: { session: SessionView; onClose: () => void }) {
  const [title, setTitle] = useState(session.title);
  // Losing the focus saves, and what is taken off the page loses it.
  const isOver = useRef(false);
  const close = () => {
    isOver.current = true;
    onClose();
  };
  const save = () => {
    if (isOver.current) {
      return;
    }
    close();
    const wanted = title.trim();
    if (wanted !== "" && wanted !== session.title) {
      void attempt(async () => {
        const { session: renamed } = await changeSession(session.session_id, { name: wanted });
        store.putSession(renamed);
      });
    }
  };
  return (
    <input
      class="input session-rename"
      aria-label={t().session.rename}
      maxLength={200}
      value={title}
      ref={(element) => {
        if (element && document.activeElement !== element) {
          element.focus();
          element.select();
        }
      }}
      onInput={(event) => setTitle(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (isComposing(event)) {
          return;
        }
        if (event.key === "Enter") {
          save();
        } else if (event.key === "Escape") {
          close();
        }
      }}
    />
  );
}
