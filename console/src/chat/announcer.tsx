/** Says to those who do not see the lines that something has happened in them. */

import { useEffect, useRef, useState } from "preact/hooks";

import { store } from "../app/state";
import { t } from "../i18n";
import type { ChatLog } from "../transcript/chat-log";

export function Announcer({ log }: { log: ChatLog }) {
  const words = t().chat;
  const [says, say] = useState("");
  const running = log.runningTurn.value?.turnId ?? null;
  const before = useRef(running);
  const waits = log.state.value === "waiting" && store.pending.value.length > 0;
  useEffect(() => {
    if (waits) {
      say(words.says_waiting);
    } else if (running !== null && before.current === null) {
      say(words.says_working);
    } else if (running === null && before.current !== null) {
      say(words.says_done);
    }
    before.current = running;
  }, [running, waits, words]);
  return (
    <p class="unseen" role="status" aria-live="polite">
      {says}
    </p>
  );
}
