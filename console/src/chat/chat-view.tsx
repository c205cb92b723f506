/** A conversation with an agent. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import "./chat-view.css";
import { cancelTurn } from "../api/sessions";
import type { SessionView } from "../api/types";
import { railOpen } from "../app/preferences";
import { attempt } from "../app/problem";
import { drives } from "../app/standing";
import { agentTitle, isPaused, mayWork, overlay, store, user } from "../app/state";
import { BudgetCard } from "../budget/card";
import { t } from "../i18n";
import { duration } from "../i18n/format";
import { told } from "../i18n/told";
import type { Feed } from "../live/feeds";
import { oneLine, someLines } from "../text/visible";
import { now } from "../time/clock";
import { type ChatLog, lineAt } from "../transcript/chat-log";
import { Banner, Empty, Skeleton } from "../ui/bits";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icon";
import { Announcer } from "./announcer";
import { Composer } from "./composer";
import { keepDraft } from "./draft";
import { LineList, type Place } from "./line-list";
import { ChatLine } from "./lines";
import { settle } from "./outbox";
import { Pickers } from "./pickers";
import { Rail } from "./rail";
import { useFeed } from "./use-feed";
import { WaitingList } from "./waiting-list";
import { takeWanted, wanted } from "./wanted";

interface ChatViewProps {
  session: SessionView;
  /** Whether the rail lies over the chat on a narrow page. */
  isRailOver: boolean;
  closeRail: () => void;
}

/** Where one was reading, by session, while the page lives. */
const places = new Map<string, { current: Place | null }>();

function placeOf(sessionId: string): { current: Place | null } {
  const known = places.get(sessionId) ?? { current: null };
  places.set(sessionId, known);
  return known;
}

export function ChatView({ session, isRailOver, closeRail }: ChatViewProps) {
  const feed = useFeed(session.session_id);
  if (!feed) {
    return null;
  }
  return <OpenChat feed={feed} session={session} isRailOver={isRailOver} closeRail={closeRail} />;
}

function OpenChat({ feed, session, isRailOver, closeRail }: ChatViewProps & { feed: Feed }) {
  const { log } = feed;
  const sessionId = session.session_id;
  const [target, setTarget] = useState<string | null>(null);
  const [draftVersion, setDraftVersion] = useState(0);
  const lines = log.lines.value;
  const stop = useStop(sessionId, log);
  const turns = log.turns.value;

  useEffect(() => settle(new Set(turns.keys())), [turns]);

  const goTo = useCallback(
    (key: string) => {
      closeRail();
      // The same line may be wanted twice.
      setTarget(null);
      requestAnimationFrame(() => setTarget(key));
    },
    [closeRail],
  );
  const wish = wanted.value;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a wish is looked at when it is made
  useEffect(() => {
    // As soon as that part of the transcript is here.
    const seq = takeWanted(sessionId, log.last);
    const line = seq === null ? null : lineAt(lines, seq);
    if (line) {
      goTo(line.key);
    }
  }, [goTo, lines, log, sessionId, wish]);
  const edit = (text: string) => {
    keepDraft(sessionId, text);
    setDraftVersion(draftVersion + 1);
  };
  const agent = log.agent.value?.name ?? agentTitle(session) ?? t().chat.agent;
  return (
    <div class={`chat ${railOpen.value ? "chat-with-rail" : ""}`}>
      <section class="chat-main">
        <LineList
          key={sessionId}
          lines={lines}
          draw={(line) => <ChatLine line={line} sessionId={sessionId} />}
          foot={
            <>
              <Foot feed={feed} session={session} agent={agent} isEmpty={lines.length === 0} />
              <Budgets sessionId={sessionId} />
            </>
          }
          place={placeOf(sessionId)}
          target={target}
        />
        <WaitingList sessionId={sessionId} log={log} onEdit={edit} />
        <Announcer log={log} />
        <Bottom key={draftVersion} session={session} log={log} agent={agent} stop={stop} />
      </section>
      {railOpen.value && (
        <aside class="chat-rail" aria-label={t().rail.title}>
          <Rail session={session} log={log} goTo={goTo} />
        </aside>
      )}
      {isRailOver && (
        <Dialog title={t().rail.title} onClose={closeRail}>
          <Rail session={session} log={log} goTo={goTo} />
        </Dialog>
      )}
    </div>
  );
}

interface Stop {
  isStopping: boolean;
  run: () => void;
}

/** Stopping takes until the agent has stopped; until then the button says that it was pressed. */
function useStop(sessionId: string, log: ChatLog): Stop {
  const running = log.runningTurn.value?.turnId ?? null;
  const [stopping, setStopping] = useState<string | null>(null);
  const run = () => {
    setStopping(running);
    void attempt(() => cancelTurn(sessionId)).then((done) => {
      if (!done) {
        setStopping(null);
      }
    });
  };
  return { isStopping: running !== null && stopping === running, run };
}

interface FootProps {
  feed: Feed;
  session: SessionView;
  agent: string;
  isEmpty: boolean;
}

/** Below the last line: what is going on right now, or why nothing is. */
function Foot({ feed, session, agent, isEmpty }: FootProps) {
  const words = t().chat;
  const { stream, message } = feed.state.value;
  if (stream === "refused") {
    return <Banner tone="error">{someLines(message ?? "") || words.refused_stream}</Banner>;
  }
  if (stream === "machine_offline") {
    return <Banner tone="warning">{isEmpty ? words.offline_empty : words.offline}</Banner>;
  }
  if (isEmpty && stream === "asking") {
    return <Skeleton lines={6} />;
  }
  const isNew = feed.log.turns.value.size === 0 && feed.log.waiting.value.length === 0;
  const { status } = session;
  if (isNew && status !== "stopped" && status !== "failed") {
    return (
      <Empty icon="bot" title={words.empty_title(oneLine(agent, 60))}>
        {feed.log.state.value === "starting" ? words.starting : words.empty_text}
      </Empty>
    );
  }
  return <Activity log={feed.log} agent={agent} stands={status === "paused"} />;
}

/** Where a quota has stopped the session: what it asks for. */
function Budgets({ sessionId }: { sessionId: string }) {
  const pending = store.budgets.pending.value;
  const ours = pending.filter((request) => request.session_id === sessionId);
  return (
    <>
      {ours.map((request) => (
        <BudgetCard key={request.budget_request_id} request={request} inChat />
      ))}
    </>
  );
}

/** That something happens although nothing new is to be seen. */
function Activity({ log, agent, stands }: { log: ChatLog; agent: string; stands: boolean }) {
  const words = t().chat;
  const turn = log.runningTurn.value;
  const state = log.state.value;
  if (!turn || state === "waiting" || stands) {
    return null;
  }
  const says = state === "starting" ? words.starting : words.working(oneLine(agent, 40));
  return (
    <p class="activity">
      <span class="haul-line" aria-hidden="true" />
      <span>
        {says}
        {turn.startedAt !== null && (
          <span class="activity-time"> {duration(Math.max(0, now.value - turn.startedAt))}</span>
        )}
      </span>
    </p>
  );
}

interface BottomProps {
  session: SessionView;
  log: ChatLog;
  agent: string;
  stop: Stop;
}

function Bottom({ session, log, agent, stop }: BottomProps) {
  const words = t().chat;
  if (session.status === "stopped" || session.status === "failed") {
    return <Ended session={session} />;
  }
  if (!mayWork(user.value)) {
    return <p class="chat-note">{words.may_not}</p>;
  }
  if (!drives(session)) {
    const owner = oneLine(session.owner.display_name, 60);
    return <p class="chat-note">{t().share.watching(owner)}</p>;
  }
  return (
    <Composer
      sessionId={session.session_id}
      agent={agent}
      commands={log.commands.value}
      isRunning={log.runningTurn.value !== null}
      isStopping={stop.isStopping}
      isPaused={isPaused(session)}
      onStop={stop.run}
      takesPictures={log.agent.value?.prompt.image ?? null}
      tools={<Pickers sessionId={session.session_id} log={log} />}
    />
  );
}

function Ended({ session }: { session: SessionView }) {
  const words = t().chat;
  const isFailed = session.status === "failed";
  const isImported = session.imported_at != null;
  return (
    <div class="chat-ended">
      <Icon name={isFailed ? "alert" : "info"} />
      {isImported ? (
        <p>{words.session_imported}</p>
      ) : (
        <p>
          <strong>{isFailed ? words.session_failed : words.session_ended}</strong>{" "}
          {session.detail && <span class="faint">{oneLine(told(session.detail))}</span>}
        </p>
      )}
      {mayWork(user.value) && (
        <Button
          icon="plus"
          onClick={() => {
            const machineId = session.machine_id;
            overlay.value = { kind: "new_session", machineId, sessionKind: "chat" };
          }}
        >
          {words.start_another}
        </Button>
      )}
    </div>
  );
}

/** Whether the rail has room beside the chat; kept where both can be asked. */
export function useHasRoom(): boolean {
  const query = useRef(window.matchMedia("(min-width: 75rem)"));
  const [hasRoom, setRoom] = useState(query.current.matches);
  useEffect(() => {
    const media = query.current;
    const changed = () => setRoom(media.matches);
    media.addEventListener("change", changed);
    return () => media.removeEventListener("change", changed);
  }, []);
  return hasRoom;
}
