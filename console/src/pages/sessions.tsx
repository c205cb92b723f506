/** Every session, those that were put away included: to find, to tidy, to take away. */

import { useEffect, useRef, useState } from "preact/hooks";

import "./session-list.css";
import "./sessions/sessions.css";
import { type SessionQuery, sessionsAfter } from "../api/sessions";
import type { SessionView } from "../api/types";
import { useLater } from "../app/later";
import { Page } from "../app/page";
import { ProblemNote } from "../app/problem";
import { describe, live, mayWork, store, user } from "../app/state";
import { t } from "../i18n";
import { oneLine } from "../text/visible";
import { Empty, Skeleton } from "../ui/bits";
import { Button } from "../ui/button";
import { Segmented } from "../ui/field";
import { SessionRow } from "./session-list";
import { Import } from "./sessions/import";
import { canLookFor, Said } from "./sessions/said";
import { SessionMenu } from "./sessions/session-menu";
import { knownTags } from "./sessions/tags";

/** Whoever types is not asked for with every letter. */
const SEARCH_AFTER_MS = 250;

/** More tags than this are found by typing. */
const MOST_TAGS = 12;

export function SessionsPage() {
  const words = t().sessions;
  const [q, setQuery] = useState("");
  const [tag, setTag] = useState<string | null>(null);
  const [shelf, setShelf] = useState<"current" | "archived">("current");
  const query = { q: useLater(q, SEARCH_AFTER_MS), tag, archived: shelf === "archived" };
  return (
    <Page title={words.title} fit="wide" actions={mayWork(user.value) && <Import />}>
      <div class="session-tools">
        <input
          type="search"
          class="input session-search"
          aria-label={words.search}
          placeholder={words.search}
          value={q}
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
        <Segmented
          label={words.show}
          value={shelf}
          onChange={setShelf}
          choices={[
            { value: "current", label: words.current },
            { value: "archived", label: words.archived },
          ]}
        />
      </div>
      <Tags chosen={tag} choose={setTag} />
      <Results key={JSON.stringify(query)} query={query} />
      {canLookFor(query.q) && <Said key={query.q.trim()} words={query.q.trim()} />}
    </Page>
  );
}

interface TagsProps {
  chosen: string | null;
  choose: (tag: string | null) => void;
}

function Tags({ chosen, choose }: TagsProps) {
  const words = t().sessions;
  const tags = knownTags.value.slice(0, MOST_TAGS);
  if (tags.length === 0) {
    return null;
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: these are no fields of a form
    <div class="tag-list" role="group" aria-label={words.by_tag}>
      {tags.map((tag) => (
        <button
          key={tag}
          type="button"
          class="tag tag-offer"
          aria-pressed={tag === chosen}
          onClick={() => choose(tag === chosen ? null : tag)}
        >
          <bdi>{oneLine(tag, 60)}</bdi>
        </button>
      ))}
    </div>
  );
}

function Results({ query }: { query: SessionQuery }) {
  const words = t().sessions;
  const { sessions, error, isLoading, more } = useSessions(query);
  if (sessions.length === 0 && isLoading) {
    return <Skeleton lines={6} />;
  }
  const isNarrowed = query.q.trim() !== "" || query.tag !== null;
  return (
    <>
      <ProblemNote error={error} />
      {sessions.length === 0 && error === null && (
        <Empty
          icon={query.archived ? "archive" : "chat"}
          title={isNarrowed ? words.nothing : query.archived ? words.none_archived : words.none}
        >
          {!isNarrowed && query.archived ? words.none_archived_text : null}
        </Empty>
      )}
      {sessions.length > 0 && (
        <ul class="card session-rows">
          {sessions.map((session) => (
            <li key={session.session_id} class="session-list-row">
              <SessionRow listed={describe(session)} withMachine withTags />
              <SessionMenu session={session} size="s" />
            </li>
          ))}
        </ul>
      )}
      {more && (
        <div class="session-more">
          <Button look="ghost" busy={isLoading} onClick={more}>
            {words.older}
          </Button>
        </div>
      )}
    </>
  );
}

interface Found {
  sessions: readonly SessionView[];
  error: unknown;
  isLoading: boolean;
  /** Loads older ones; null where there are none. */
  more: (() => void) | null;
}

/** What the server finds, page by page, each as it was last heard of. */
function useSessions(query: SessionQuery): Found {
  const [ids, setIds] = useState<readonly string[]>([]);
  const [cursor, setCursor] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isLoading, setLoading] = useState(true);
  const isGone = useRef(false);
  const load = (from: string | null) => {
    setLoading(true);
    sessionsAfter(query, from)
      .then((page) => {
        if (isGone.current) {
          return;
        }
        store.putSessions(page.sessions);
        const added = page.sessions.map((session) => session.session_id);
        setIds((before) => (from === null ? added : [...new Set([...before, ...added])]));
        setCursor(page.next_cursor ?? null);
        setError(null);
      })
      .catch((problem: unknown) => {
        if (!isGone.current) {
          setError(problem);
        }
      })
      .finally(() => {
        if (!isGone.current) {
          setLoading(false);
        }
      });
  };
  // Once more after every cut: nobody tells what was missed.
  const isOpen = live.isOpen.value;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another query is another list
  useEffect(() => load(null), [isOpen]);
  useEffect(
    () => () => {
      isGone.current = true;
    },
    [],
  );
  const all = store.sessions.value;
  const known = ids.flatMap((id) => all.get(id) ?? []);
  const sessions = [...newer(known, all, query), ...known].filter((session) =>
    fits(session, query),
  );
  return { sessions, error, isLoading, more: cursor === null ? null : () => load(cursor) };
}

/** Sessions that were begun since the server was asked; a search by words is the server's. */
function newer(
  known: readonly SessionView[],
  all: ReadonlyMap<string, SessionView>,
  { q }: SessionQuery,
): readonly SessionView[] {
  const last = known
    .map((session) => session.created_at)
    .sort()
    .at(-1);
  const isNew = ({ created_at }: SessionView) => last !== undefined && created_at > last;
  return q.trim() === "" ? [...all.values()].filter(isNew) : [];
}

function fits({ archived, tags }: SessionView, query: SessionQuery): boolean {
  return archived === query.archived && (query.tag === null || tags.includes(query.tag));
}
