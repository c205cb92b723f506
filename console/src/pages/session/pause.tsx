/** That nothing of a session runs: the button, and a strip that says who wanted it. */

import { useState } from "preact/hooks";

import { pauseSession, resumeSession } from "../../api/sessions";
import type { SessionView } from "../../api/types";
import { attempt } from "../../app/problem";
import { isPaused, mayWork, store, user } from "../../app/state";
import { t } from "../../i18n";
import { oneLine } from "../../text/visible";
import { Ago } from "../../ui/bits";
import { Button, IconButton } from "../../ui/button";
import { Strip } from "../../ui/strip";

/** Pauses or resumes it, and shows what became of that. */
export async function turnOver(session: SessionView): Promise<void> {
  const change = isPaused(session) ? resumeSession : pauseSession;
  await attempt(async () => store.putSession((await change(session.session_id)).session));
}

export function canPause({ status }: SessionView): boolean {
  return status !== "stopped" && status !== "failed" && status !== "starting";
}

export function PauseButton({ session }: { session: SessionView }) {
  const [isBusy, setBusy] = useState(false);
  if (!canPause(session) || isPaused(session) || !mayWork(user.value)) {
    return null;
  }
  return (
    <IconButton
      icon="pause"
      label={t().session.pause}
      disabled={isBusy}
      data-action="pause"
      onClick={() => {
        setBusy(true);
        void turnOver(session).finally(() => setBusy(false));
      }}
    />
  );
}

export function PauseStrip({ session }: { session: SessionView }) {
  const words = t().session;
  const [isBusy, setBusy] = useState(false);
  if (!canPause(session) || !isPaused(session)) {
    return null;
  }
  return (
    <Strip icon="pause" about="pause" says={says(session)}>
      {mayWork(user.value) && (
        <Button
          size="s"
          busy={isBusy}
          data-action="resume"
          onClick={() => {
            setBusy(true);
            void turnOver(session).finally(() => setBusy(false));
          }}
        >
          {words.resume}
        </Button>
      )}
    </Strip>
  );
}

function says({ paused, status }: SessionView) {
  const words = t().session;
  if (!paused) {
    return words.resuming;
  }
  return (
    <>
      <strong>{words.paused_by(oneLine(paused.by.display_name, 60))}</strong>{" "}
      {status === "paused" ? words.paused_text : words.pausing}{" "}
      <span class="faint">
        <Ago at={paused.at} />
      </span>
    </>
  );
}
