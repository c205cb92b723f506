/** The worktree of a session: which it is, what became of it, and its end. */

import { useState } from "preact/hooks";

import { Refused } from "../../api/request";
import { removeWorktree } from "../../api/sessions";
import type { SessionView, WorktreeView } from "../../api/types";
import { toastProblem } from "../../app/problem";
import { drives } from "../../app/standing";
import { store } from "../../app/state";
import { t } from "../../i18n";
import { told } from "../../i18n/told";
import { oneLine } from "../../text/visible";
import { Button } from "../../ui/button";
import { Confirm } from "../../ui/dialog";
import { Strip } from "../../ui/strip";
import { toast } from "../../ui/toast";

/** Says of a session that is over where its work lies. */
export function WorktreeStrip({ session }: { session: SessionView }) {
  const words = t().worktree;
  const [isAsking, setAsking] = useState(false);
  const { worktree } = session;
  if (!worktree || worktree.state === "in_use") {
    return null;
  }
  return (
    <Strip icon="folder" about="worktree" says={<Says worktree={worktree} />}>
      {worktree.state === "kept" && drives(session) && (
        <Button size="s" look="ghost" data-action="remove-worktree" onClick={() => setAsking(true)}>
          {words.remove}
        </Button>
      )}
      {isAsking && <Removal session={session} onClose={() => setAsking(false)} />}
    </Strip>
  );
}

function Says({ worktree }: { worktree: WorktreeView }) {
  const words = t().worktree;
  const detail = worktree.detail ? told(oneLine(worktree.detail, 400)) : "";
  if (worktree.state === "removed") {
    return (
      <>
        <strong>{words.removed}</strong> {detail}
      </>
    );
  }
  const { files, commits } = worktree;
  return (
    <>
      <strong>{words.kept}</strong> {words.on_branch(oneLine(worktree.branch, 200))}{" "}
      {files + commits > 0 && words.holds(files, commits)} {detail}
    </>
  );
}

/** Asks twice where something is lost: what there is in it is known only to its machine. */
function Removal({ session, onClose }: { session: SessionView; onClose: () => void }) {
  const words = t().worktree;
  const [isBusy, setBusy] = useState(false);
  const [lost, setLost] = useState<string | null>(null);
  const remove = async () => {
    setBusy(true);
    try {
      const { session: now } = await removeWorktree(session.session_id, lost !== null);
      store.putSession(now);
      toast({ tone: "good", text: words.removed });
      onClose();
    } catch (error) {
      setBusy(false);
      if (lost === null && error instanceof Refused && error.code === "worktree_holds_work") {
        setLost(oneLine(error.problem.detail, 400));
        return;
      }
      toastProblem(error);
      onClose();
    }
  };
  return (
    <Confirm
      title={words.remove_title}
      confirm={lost === null ? words.remove : words.remove_all}
      danger
      busy={isBusy}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      <p class="worktree-path">
        <bdi class="mono">{oneLine(session.project_path, 400)}</bdi>
      </p>
      {lost === null ? (
        <p>{words.remove_text}</p>
      ) : (
        <>
          <p>
            <strong>{words.lost}</strong> {told(lost)}
          </p>
          <p class="faint">{words.branch_stays}</p>
        </>
      )}
    </Confirm>
  );
}
