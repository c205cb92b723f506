/** Sessions that were begun on a machine with the agents' own programs, and going on with one. */

import { useState } from "preact/hooks";

import { outsideSessions } from "../api/machines";
import { createSession } from "../api/sessions";
import type { MachineView, OutsideSession, OutsideSessions } from "../api/types";
import { useAttempt } from "../app/answer";
import { ProblemNote } from "../app/problem";
import { go, Link, paths } from "../app/router";
import { takesWork } from "../app/state";
import { t } from "../i18n";
import { number } from "../i18n/format";
import { oneLine } from "../text/visible";
import { Ago, Badge, Banner, Foreign, Section } from "../ui/bits";
import { Button } from "../ui/button";
import { Confirm } from "../ui/dialog";
import { Icon } from "../ui/icon";

export function MachineOutside({ machine }: { machine: MachineView }) {
  const words = t().outside;
  const [found, setFound] = useState<OutsideSessions | null>(null);
  const [chosen, setChosen] = useState<OutsideSession | null>(null);
  // Only when somebody asks: looking is written down.
  const looking = useAttempt(async () => {
    setFound(await outsideSessions(machine.machine_id));
  });
  return (
    <Section
      title={words.title}
      aside={
        <Button
          size="s"
          look="ghost"
          icon="search"
          busy={looking.isBusy}
          disabled={machine.status !== "online"}
          onClick={looking.run}
        >
          {words.look}
        </Button>
      }
    >
      <p class="small faint">{words.text}</p>
      <ProblemNote error={looking.error} />
      {found && found.unreadable > 0 && (
        <Banner tone="warning">{words.unreadable(number(found.unreadable))}</Banner>
      )}
      {found && (
        <ul class="card settings-rows" data-outside>
          {found.sessions.map((one) => (
            <Row
              key={`${one.agent_name} ${one.id}`}
              machine={machine}
              session={one}
              onContinue={() => setChosen(one)}
            />
          ))}
          {found.sessions.length === 0 && <li class="faint">{words.none}</li>}
        </ul>
      )}
      {found?.has_more && <p class="small faint">{words.more}</p>}
      {chosen && <Continue machine={machine} session={chosen} onClose={() => setChosen(null)} />}
    </Section>
  );
}

interface RowProps {
  machine: MachineView;
  session: OutsideSession;
  onContinue: () => void;
}

function Row({ machine, session, onContinue }: RowProps) {
  const words = t().outside;
  const agent = machine.agents.find((one) => one.name === session.agent_name);
  const prompts = session.prompts == null ? "" : ` · ${words.prompts(number(session.prompts))}`;
  return (
    <li data-outside-id={session.id}>
      <Icon name="chat" />
      <span class="settings-row-words">
        <span class="settings-row-title">
          <Foreign text={session.title} />{" "}
          {session.may_be_open && !session.continued && (
            <Badge tone="needs">{words.may_be_open}</Badge>
          )}
        </span>
        <span class="small faint">
          <Foreign text={agent?.title ?? session.agent_name} /> ·{" "}
          <code class="foreign">{oneLine(session.project_path)}</code>
          {prompts} · <Ago at={session.changed_at} />
        </span>
      </span>
      {session.continued_in ? (
        <Link to={paths.session(session.continued_in)} class="small">
          {words.open}
        </Link>
      ) : session.continued ? (
        <Badge>{words.continued}</Badge>
      ) : (
        <Button size="s" disabled={!takesWork(machine)} onClick={onContinue}>
          {words.go_on}
        </Button>
      )}
    </li>
  );
}

interface ContinueProps {
  machine: MachineView;
  session: OutsideSession;
  onClose: () => void;
}

function Continue({ machine, session, onClose }: ContinueProps) {
  const words = t().outside;
  const { isBusy, error, run } = useAttempt(async () => {
    const { session: begun } = await createSession({
      machine_id: machine.machine_id,
      kind: "chat",
      agent_name: session.agent_name,
      permission_preset: "ask",
      continues: session.id,
    });
    onClose();
    go(paths.session(begun.session_id));
  });
  return (
    <Confirm
      title={words.go_on_title(oneLine(session.title))}
      confirm={words.go_on}
      busy={isBusy}
      onClose={onClose}
      onConfirm={run}
    >
      <p>{words.go_on_text(oneLine(session.project_path))}</p>
      {session.may_be_open && <Banner tone="warning">{words.beside}</Banner>}
      <ProblemNote error={error} />
    </Confirm>
  );
}
