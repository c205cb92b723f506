/** Sessions as a list of rows. */

import "./session-list.css";
import type { SessionView } from "../api/types";
import { Link, paths } from "../app/router";
import { isLent, type Listed } from "../app/state";
import { t } from "../i18n";
import { relative } from "../i18n/format";
import { oneLine } from "../text/visible";
import { now } from "../time/clock";
import { Foreign } from "../ui/bits";
import { Icon } from "../ui/icon";
import { StatusBadge } from "../ui/status";

interface RowOptions {
  /** Whether the machine is said in each row. */
  withMachine?: boolean;
  withTags?: boolean;
}

/** What stands where the machine would, if one may not know of it or it is gone. */
function whose(session: SessionView): string {
  const { display_name } = session.owner;
  return isLent(session) ? t().share.of(display_name) : t().shell.gone_machine;
}

interface SessionListProps extends RowOptions {
  sessions: readonly Listed[];
}

export function SessionList({ sessions, ...options }: SessionListProps) {
  return (
    <ul class="card session-rows">
      {sessions.map((listed) => (
        <li key={listed.session.session_id}>
          <SessionRow listed={listed} {...options} />
        </li>
      ))}
    </ul>
  );
}

interface SessionRowProps extends RowOptions {
  listed: Listed;
}

export function SessionRow({
  listed: { session, machine, status },
  withMachine = false,
  withTags = false,
}: SessionRowProps) {
  return (
    <Link
      to={paths.session(session.session_id)}
      class="session-row"
      data-session-id={session.session_id}
      data-status={status}
    >
      <Icon name={session.kind === "terminal" ? "shell" : "chat"} />
      <span class="session-row-words">
        <span class="session-row-title cut">
          <Foreign text={session.title} />
        </span>
        <span class="small faint cut">
          {withMachine && (
            <>
              <Foreign text={machine?.machine_name ?? whose(session)} />
              {" · "}
            </>
          )}
          <Foreign text={session.project_path} mono />
        </span>
        {withTags && session.tags.length > 0 && (
          <span class="tag-list">
            {session.tags.map((tag) => (
              <span key={tag} class="tag">
                <bdi>{oneLine(tag, 60)}</bdi>
              </span>
            ))}
          </span>
        )}
      </span>
      <StatusBadge status={status} />
      <span class="session-row-ago small">{relative(session.last_active_at, now.value)}</span>
    </Link>
  );
}
