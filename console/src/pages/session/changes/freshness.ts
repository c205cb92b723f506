/** When it is time to look again: a tool is done, a turn is over, somebody comes back to the page. */

import { effect } from "@preact/signals";
import { useCallback, useEffect, useState } from "preact/hooks";

import type { SessionView } from "../../../api/types";
import { useFeed } from "../../../chat/use-feed";
import type { ChatLog } from "../../../transcript/chat-log";

/** What happens together is looked at once. */
const TOGETHER_MS = 700;

/** Tools that are not over are among the last lines. */
const LINES_WATCHED = 40;

/** A number that changes whenever files may have. */
export function useFreshness(session: SessionView): number {
  const feed = useFeed(session.kind === "chat" ? session.session_id : null);
  const [version, setVersion] = useState(0);
  const look = useCallback(() => setVersion((before) => before + 1), []);
  useEffect(() => (feed ? whenFilesMayChange(feed.log, look) : undefined), [feed, look]);
  useEffect(() => {
    const cameBack = () => document.visibilityState === "visible" && look();
    document.addEventListener("visibilitychange", cameBack);
    return () => document.removeEventListener("visibilitychange", cameBack);
  }, [look]);
  return version;
}

/** Calls back, a moment later, when a tool or a turn is over that was not before. */
function whenFilesMayChange(log: ChatLog, look: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let before: ReadonlySet<string> | null = null;
  const stop = effect(() => {
    const over = whatIsOver(log);
    const isNews = before !== null && [...over].some((one) => !before?.has(one));
    before = over;
    if (isNews && timer === undefined) {
      timer = setTimeout(() => {
        timer = undefined;
        look();
      }, TOGETHER_MS);
    }
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}

function whatIsOver(log: ChatLog): ReadonlySet<string> {
  const lines = log.lines.value.slice(-LINES_WATCHED);
  const over = lines.filter(({ item }) => {
    const { value } = item;
    const isToolOver =
      value.kind === "tool" &&
      (value.call.status === "completed" || value.call.status === "failed");
    return isToolOver || value.kind === "turn_end";
  });
  return new Set(over.map((line) => line.key));
}
