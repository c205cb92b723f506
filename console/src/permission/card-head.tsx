/** Whose agent wants something of a person, where, and for how long it has waited. */

import type { ComponentChildren } from "preact";

import { Link, paths } from "../app/router";
import { agentTitle, store } from "../app/state";
import { t } from "../i18n";
import { duration } from "../i18n/format";
import { now } from "../time/clock";
import { Foreign } from "../ui/bits";
import { Icon, type IconName } from "../ui/icon";

/** What an agent waits for. */
interface Asked {
  session_id: string;
  machine_id: string;
  asked_at: string;
}

interface CardHeadProps {
  icon: IconName;
  asked: Asked;
  /** Whether the card stands in the chat that it belongs to. */
  inChat: boolean;
  isOpen: boolean;
  /** What the agent wants, behind its name. */
  children: ComponentChildren;
}

export function CardHead({ icon, asked, inChat, isOpen, children }: CardHeadProps) {
  const session = store.sessions.value.get(asked.session_id);
  const machine = store.machines.value.get(asked.machine_id);
  const words = t().permission;
  const agent = (session && agentTitle(session)) ?? words.agent;
  return (
    <header class="permission-head">
      <span class="permission-icon">
        <Icon name={icon} />
      </span>
      <div class="permission-who">
        <p class="permission-asks">
          <Foreign text={agent} /> {children}
        </p>
        {!inChat && (
          <p class="permission-where small">
            {machine && <Foreign text={machine.machine_name} />}
            {session && (
              <>
                <span aria-hidden="true">·</span>
                <Link to={paths.session(session.session_id)} class="cut">
                  <Foreign text={session.title} />
                </Link>
              </>
            )}
          </p>
        )}
      </div>
      {isOpen && (
        <span class="permission-waits">
          <Icon name="clock" size={14} />
          <span class="unseen">{words.waiting}</span>
          {duration(Math.max(0, now.value - Date.parse(asked.asked_at)))}
        </span>
      )}
    </header>
  );
}
