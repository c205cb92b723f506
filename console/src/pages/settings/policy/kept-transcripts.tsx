/** Whether transcripts are kept on the server, for how long, and of which workspaces not as of others. */

import { useCallback, useState } from "preact/hooks";

import {
  type Keeping,
  keepTranscripts,
  keptDays,
  transcriptKeeping,
} from "../../../api/kept-transcripts";
import type { WorkspaceKeeping } from "../../../api/types";
import { useAnswer } from "../../../app/answer";
import { attempt, ProblemNote } from "../../../app/problem";
import { isOperator, store, user } from "../../../app/state";
import { t } from "../../../i18n";
import { oneLine } from "../../../text/visible";
import { Foreign, Section, Skeleton } from "../../../ui/bits";
import { Button } from "../../../ui/button";
import { Confirm } from "../../../ui/dialog";
import { ChangeKeeping, isSamePlace } from "./change-keeping";

/** What is being done: with all, with a workspace that is to be named, or with one that goes. */
type Doing = "all" | "workspace" | WorkspaceKeeping | null;

/** Of one's own tenant, or of another for who runs the installation. */
export function KeptTranscripts({ of, onChanged }: { of?: string; onChanged?: () => void }) {
  const words = t().kept;
  const own = user.value?.tenant_id ?? "";
  const tenant = of ?? own;
  const mayChange = isOperator(user.value);
  const asked = useCallback(
    async (): Promise<Keeping> =>
      mayChange ? transcriptKeeping(tenant) : { days: await keptDays(tenant), workspaces: [] },
    [tenant, mayChange],
  );
  const { value, error, reload } = useAnswer(asked);
  const [doing, setDoing] = useState<Doing>(null);
  const done = () => {
    setDoing(null);
    reload();
    onChanged?.();
  };
  const keep = (keeping: Keeping) => keepTranscripts(tenant, keeping);
  return (
    <Section
      title={words.title}
      aside={
        value &&
        mayChange && (
          <span class="settings-row-actions">
            <Button size="s" icon="edit" onClick={() => setDoing("all")}>
              {words.change}
            </Button>
            {tenant === own && (
              <Button size="s" icon="plus" onClick={() => setDoing("workspace")}>
                {words.add}
              </Button>
            )}
          </span>
        )
      }
    >
      <p class="faint">{words.text}</p>
      <ProblemNote error={error} />
      {!value && !error && <Skeleton lines={1} />}
      {value && <p data-kept>{value.days == null ? words.none : words.days(value.days)}</p>}
      {value && value.workspaces.length > 0 && (
        <ul class="settings-rows">
          {value.workspaces.map((own) => (
            <WorkspaceRow
              key={`${own.machine_id} ${own.project_path}`}
              own={own}
              onDrop={() => setDoing(own)}
            />
          ))}
        </ul>
      )}
      {value && (doing === "all" || doing === "workspace") && (
        <ChangeKeeping
          keeping={value}
          ofWorkspace={doing === "workspace"}
          keep={keep}
          onClose={() => setDoing(null)}
          onKept={done}
        />
      )}
      {value && typeof doing === "object" && doing && (
        <Confirm
          title={words.drop_title}
          confirm={words.drop}
          danger
          onClose={() => setDoing(null)}
          onConfirm={() => {
            const workspaces = value.workspaces.filter((own) => !isSamePlace(own, doing));
            setDoing(null);
            void attempt(() => keep({ ...value, workspaces })).then(reload);
          }}
        >
          <p class="mono">
            <Foreign text={doing.project_path} />
          </p>
          <p>{words.drop_text}</p>
        </Confirm>
      )}
    </Section>
  );
}

interface WorkspaceRowProps {
  own: WorkspaceKeeping;
  onDrop: () => void;
}

function WorkspaceRow({ own, onDrop }: WorkspaceRowProps) {
  const words = t().kept;
  // One that is a machine no longer has no name any more.
  const machine = store.machines.value.get(own.machine_id)?.machine_name ?? own.machine_id;
  return (
    <li data-kept-workspace={own.project_path}>
      <span class="settings-row-words">
        <span class="settings-row-title mono">
          <Foreign text={own.project_path} />
        </span>
        <span class="small faint">
          {oneLine(machine, 60)} · {own.days == null ? words.not_kept : words.kept_days(own.days)}
        </span>
      </span>
      <Button size="s" look="danger" onClick={onDrop}>
        {words.drop}
      </Button>
    </li>
  );
}
