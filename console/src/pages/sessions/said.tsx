/** Where something was said: asked for, not looked up with every letter, as machines look for it. */

import { useEffect, useRef, useState } from "preact/hooks";

import "./said.css";
import { searchSessions } from "../../api/sessions";
import type { FoundInSession, FoundInSessions, FoundPlace, NotSearched } from "../../api/types";
import { ProblemNote } from "../../app/problem";
import { go, paths } from "../../app/router";
import { store } from "../../app/state";
import { wanted } from "../../chat/wanted";
import { t } from "../../i18n";
import { relative } from "../../i18n/format";
import { oneLine } from "../../text/visible";
import { now } from "../../time/clock";
import { Banner, Foreign } from "../../ui/bits";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icon";

/** The longest that can be looked for, in characters. */
const MOST_CHARACTERS = 200;

export function Said({ words }: { words: string }) {
  const { found, error, isLooking, look } = useSearch(words);
  const say = t().search;
  return (
    <section class="said" aria-label={say.title}>
      <h2>{say.title}</h2>
      <p class="small faint">{say.hint}</p>
      <ProblemNote error={error} />
      {found === null ? (
        <div>
          <Button icon="search" busy={isLooking} onClick={() => look(null)}>
            {say.look(oneLine(words, 40))}
          </Button>
        </div>
      ) : (
        <Answer found={found} isLooking={isLooking} look={look} />
      )}
    </section>
  );
}

interface AnswerProps {
  found: FoundInSessions;
  isLooking: boolean;
  look: (cursor: string | null) => void;
}

function Answer({ found, isLooking, look }: AnswerProps) {
  const say = t().search;
  const { results, searched, not_searched, next_cursor } = found;
  return (
    <>
      {results.length > 0 && (
        <ul class="said-sessions">
          {results.map((one) => (
            <li key={one.session.session_id} class="card">
              <FoundSession found={one} />
            </li>
          ))}
        </ul>
      )}
      <p class="small faint" role="status">
        {results.length === 0 ? say.nothing(searched) : say.searched(searched)}
      </p>
      {not_searched.map((not) => (
        <Banner key={`${not.machine_id}${not.reason}`} tone="warning">
          <NotSearchedLine not={not} />
        </Banner>
      ))}
      {next_cursor != null && (
        <div class="session-more">
          <Button look="ghost" busy={isLooking} onClick={() => look(next_cursor)}>
            {say.earlier}
          </Button>
        </div>
      )}
    </>
  );
}

function NotSearchedLine({ not }: { not: NotSearched }) {
  const say = t().search;
  const machine = not.machine_name == null ? say.a_machine : oneLine(not.machine_name, 60);
  return (
    <bdi>
      {say.not_searched(machine, not.sessions)} {say.why[not.reason]}
    </bdi>
  );
}

function FoundSession({ found: { session, places, count } }: { found: FoundInSession }) {
  const say = t().search;
  const open = (place: FoundPlace) => {
    wanted.value = { sessionId: session.session_id, seq: place.seq };
    go(paths.session(session.session_id));
  };
  return (
    <>
      <h3 class="said-title cut">
        <Icon name="chat" />
        <Foreign text={session.title} />
      </h3>
      <ul>
        {places.map((place) => (
          <li key={place.seq}>
            <button type="button" class="said-place" onClick={() => open(place)}>
              <span class="small faint said-what">
                {say.said[place.said]} · {relative(place.created_at, now.value)}
              </span>
              <bdi class="said-text">
                {oneLine(place.before, 80)}
                <mark>{oneLine(place.matched, 300)}</mark>
                {oneLine(place.after, 140)}
              </bdi>
            </button>
          </li>
        ))}
      </ul>
      {count > places.length && (
        <p class="small faint said-more">{say.more(count - places.length)}</p>
      )}
    </>
  );
}

interface Search {
  found: FoundInSessions | null;
  error: unknown;
  isLooking: boolean;
  look: (cursor: string | null) => void;
}

function useSearch(words: string): Search {
  const [found, setFound] = useState<FoundInSessions | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isLooking, setLooking] = useState(false);
  const isGone = useRef(false);
  useEffect(
    () => () => {
      isGone.current = true;
    },
    [],
  );
  const look = (cursor: string | null) => {
    setLooking(true);
    searchSessions({ words, cursor })
      .then((next) => {
        if (!isGone.current) {
          store.putSessions(next.results.map((one) => one.session));
          setFound((before) => (cursor === null || before === null ? next : joined(before, next)));
          setError(null);
        }
      })
      .catch((problem: unknown) => {
        if (!isGone.current) {
          setError(problem);
        }
      })
      .finally(() => {
        if (!isGone.current) {
          setLooking(false);
        }
      });
  };
  return { found, error, isLooking, look };
}

/** What was found so far, and what was found in sessions before. */
export function joined(before: FoundInSessions, next: FoundInSessions): FoundInSessions {
  const not = new Map<string, NotSearched>();
  for (const one of [...before.not_searched, ...next.not_searched]) {
    const key = `${one.machine_id} ${one.reason}`;
    const sessions = (not.get(key)?.sessions ?? 0) + one.sessions;
    not.set(key, { ...one, sessions });
  }
  return {
    results: [...before.results, ...next.results],
    searched: before.searched + next.searched,
    not_searched: [...not.values()],
    next_cursor: next.next_cursor,
  };
}

/** Whether that can be looked for. */
export function canLookFor(words: string): boolean {
  const length = [...words.trim()].length;
  return length > 0 && length <= MOST_CHARACTERS;
}
