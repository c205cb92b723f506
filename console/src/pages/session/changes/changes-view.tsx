/** What differs where a session works: the files, one of them line by line, and what is said of it. */

import { useCallback, useEffect, useState } from "preact/hooks";

import "../files/files.css";
import "./changes.css";
import { changesOf } from "../../../api/changes";
import type { SessionView } from "../../../api/types";
import { useFreshAnswer } from "../../../app/answer";
import { mayWork, user } from "../../../app/state";
import { t } from "../../../i18n";
import { ChangeList } from "./change-list";
import { type Comment, commentsOf, putComments } from "./comments";
import { FileChange } from "./file-change";
import { useFreshness } from "./freshness";
import { SendComments } from "./send-comments";

/** The file that was looked at, by session, while the page lives. */
const places = new Map<string, string>();

/** From this width on there is room for the list beside a file. */
const BESIDE = "(min-width: 52rem)";

export function ChangesView({ session }: { session: SessionView }) {
  const id = session.session_id;
  const userId = user.value?.user_id ?? "";
  const version = useFreshness(session);
  const ask = useCallback(() => changesOf(id), [id]);
  const answer = useFreshAnswer(ask, version);
  const [chosen, setChosen] = useState<string | null>(places.get(id) ?? null);
  const isBeside = useMedia(BESIDE);
  const comments = commentsOf(userId, id);
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const files = answer.value?.files ?? [];
  const open = chosen ?? (isBeside ? (files[0]?.path ?? null) : null);

  const choose = (path: string | null) => {
    path === null ? places.delete(id) : places.set(id, path);
    setChosen(path);
  };
  const put = (all: readonly Comment[]) => putComments(userId, id, all);
  const noteGone = useCallback(
    (path: string, ids: readonly string[], shown: readonly Comment[]) => {
      setGone((before) => {
        const ours = new Set(shown.filter((one) => one.path === path).map((one) => one.id));
        const others = [...before].filter((one) => !ours.has(one));
        const next = new Set([...others, ...ids]);
        return next.size === before.size && ids.every((one) => before.has(one)) ? before : next;
      });
    },
    [],
  );
  // What is discarded is work of the session, like what is prompted.
  const mayDiscard = mayWork(user.value) && session.owner.user_id === userId;
  const listed = new Set(files.map((file) => file.path));
  const isKnown = answer.value !== null;
  const lost = comments.filter((one) => gone.has(one.id) || (isKnown && !listed.has(one.path)));
  return (
    <div class={`files changes ${chosen === null ? "" : "files-with-file"}`}>
      <ChangeList
        sessionId={id}
        answer={answer}
        version={version}
        open={open}
        comments={comments}
        onFile={choose}
        foot={
          comments.length > 0 && (
            <SendComments
              session={session}
              comments={comments}
              gone={new Set(lost.map((one) => one.id))}
              onDone={() => put([])}
            />
          )
        }
      />
      {open === null ? (
        <p class="files-hint faint">{files.length > 0 && t().changes.choose}</p>
      ) : (
        <FileChange
          key={open}
          sessionId={id}
          path={open}
          oldPath={files.find((file) => file.path === open)?.old_path ?? null}
          version={version}
          comments={comments}
          onComments={put}
          onGone={noteGone}
          onClose={() => choose(null)}
          onDiscarded={
            mayDiscard
              ? () => {
                  choose(null);
                  answer.reload();
                }
              : null
          }
        />
      )}
    </div>
  );
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const media = window.matchMedia(query);
    const changed = () => setMatches(media.matches);
    media.addEventListener("change", changed);
    return () => media.removeEventListener("change", changed);
  }, [query]);
  return matches;
}
