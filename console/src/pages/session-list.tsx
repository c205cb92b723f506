/** Sessions as a list of rows. */

import "./session-list.css";
import { Link, paths } from "../app/router";
import type { Listed } from "../app/state";
import { t } from "../i18n";
import { relative } from "../i18n/format";
import { now } from "../time/clock";
import { Foreign } from "../ui/bits";
import { Icon } from "../ui/icon";
import { StatusBadge } from "../ui/status";

interface SessionListProps {
  sessions: readonly Listed[];
  /** Whether the machine is said in each row. */
  withMachine?: boolean;
}

export function SessionList({ sessions, withMachine = false }: SessionListProps) {
  return (
    <ul class="card session-rows">
      {sessions.map(({ session, machine, status }) => (
        <li key={session.session_id}>
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
                    <Foreign text={machine?.machine_name ?? t().shell.gone_machine} />
                    {" · "}
                  </>
                )}
                <Foreign text={session.project_path} mono />
              </span>
            </span>
            <StatusBadge status={status} />
            <span class="session-row-ago small">{relative(session.last_active_at, now.value)}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
