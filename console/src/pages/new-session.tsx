/** Starting a session: which machine, where, with whom, how free. */

import { useState } from "preact/hooks";

import { changeSession, createSession } from "../api/sessions";
import type { InstalledAgent, MachineView, SessionKind, SessionView } from "../api/types";
import { useAttempt } from "../app/answer";
import { FormDialog } from "../app/form-dialog";
import { attempt } from "../app/problem";
import { go, paths } from "../app/router";
import { listed, machines, store, takesWork } from "../app/state";
import { post } from "../chat/outbox";
import { t } from "../i18n";
import { oneLine } from "../text/visible";
import { Foreign } from "../ui/bits";
import { type RadioCard, Segmented, TextField } from "../ui/field";
import { Icon } from "../ui/icon";
import { distinctTitle } from "./distinct-title";
import {
  AgentChoice,
  MachineChoice,
  NoMachine,
  PromptField,
  WorkspaceChoice,
} from "./start/choices";
import { lastChoice, SHELL, usable, usePlace } from "./start/place";
import { optionsOf, PRESETS, usePolicy } from "./start/policy";
import { Effects, PolicyFields, PresetChoice } from "./start/policy-fields";
import { useWorktree, WorktreeChoice, worktreeOf } from "./start/worktree";

interface NewSessionProps {
  machineId: string | null;
  sessionKind: SessionKind;
  onClose: () => void;
}

const FORM = "new-session-form";

export function NewSession({ machineId, sessionKind, onClose }: NewSessionProps) {
  const words = t().new_session;
  const online = machines.value.filter(takesWork);
  const start = useStart(machineId, sessionKind, online);
  const sending = useAttempt(async () => {
    const session = await start.create();
    onClose();
    go(paths.session(session));
  });
  if (online.length === 0) {
    return <NoMachine title={t().actions.new_session} onClose={onClose} />;
  }
  const { place } = start;
  return (
    <FormDialog
      id={FORM}
      title={t().actions.new_session}
      submit={words.start}
      attempt={sending}
      isComplete={place.isComplete}
      onClose={onClose}
      width="xl"
      class="start new-session"
      withKey
    >
      <div class="start-half">
        {start.kind === "chat" && (
          <PromptField
            label={words.first}
            placeholder={words.first_placeholder}
            value={start.first}
            onChange={start.setFirst}
          />
        )}
        <MachineChoice place={place} choices={online} />
        <WorkspaceChoice place={place} />
        <WorktreeChoice wish={start.worktree} />
        <More start={start} />
      </div>
      <div class="start-half">
        <AgentChoice place={place} cards={agentCards(place.machine)}>
          <ViewChoice start={start} />
        </AgentChoice>
        {start.kind === "chat" && <Freedom start={start} />}
      </div>
    </FormDialog>
  );
}

type Start = ReturnType<typeof useStart>;

/** Gives a session that was named by the server a name of its own; it works under either. */
function tellApart(session: SessionView, others: readonly string[]): void {
  const wanted = distinctTitle(session.title, others);
  if (wanted !== session.title) {
    void attempt(async () => {
      store.putSession((await changeSession(session.session_id, { name: wanted })).session);
    });
  }
}

function useStart(
  machineId: string | null,
  sessionKind: SessionKind,
  online: readonly MachineView[],
) {
  const place = usePlace({
    machineId,
    machines: online,
    offers: (machine) => [...usable(machine).map((agent) => agent.name), SHELL],
    agent: sessionKind === "terminal" ? SHELL : null,
  });
  const [chosenKind, setKind] = useState<SessionKind>(sessionKind);
  const kind = kindOf(place.agent, place.found, chosenKind);
  const policy = usePolicy(usualPreset());
  const worktree = useWorktree();
  const [model, setModel] = useState("");
  const [title, setTitle] = useState("");
  const [first, setFirst] = useState("");

  const create = async () => {
    const { session } = await createSession({
      machine_id: place.machine?.machine_id ?? "",
      kind,
      project_path: place.path,
      ...(place.agent ? { agent_name: place.agent } : {}),
      ...(model.trim() ? { model: model.trim() } : {}),
      ...(title.trim() ? { title: title.trim() } : {}),
      ...worktreeOf(worktree),
      ...(kind === "chat" ? optionsOf(policy.wish) : {}),
    });
    place.remember({ preset: policy.wish.preset });
    const others = listed.value.filter((one) => one.session.session_id !== session.session_id);
    store.putSession(session);
    if (!title.trim()) {
      tellApart(
        session,
        others.map((one) => one.session.title),
      );
    }
    if (kind === "chat" && first.trim()) {
      post(session.session_id, [{ type: "text", text: first.trim() }], "queue");
    }
    return session.session_id;
  };

  return {
    place,
    kind,
    setKind,
    policy,
    worktree,
    model,
    setModel,
    title,
    setTitle,
    first,
    setFirst,
    create,
  };
}

/** The preset of last time; but nobody starts without questions by habit. */
function usualPreset(): string {
  const last = lastChoice().preset;
  return PRESETS.find((one) => one === last && one !== "full-auto") ?? "ask";
}

function kindOf(
  agent: string | null,
  found: InstalledAgent | undefined,
  chosen: SessionKind,
): SessionKind {
  if (agent === SHELL || !found?.chat) {
    return "terminal";
  }
  return found.terminal ? chosen : "chat";
}

/** What can be started there, the shell last. */
function agentCards(machine: MachineView | undefined): RadioCard<string>[] {
  if (!machine) {
    return [];
  }
  const words = t().new_session;
  const agents = usable(machine).map((agent) => ({
    value: agent.name,
    title: <Foreign text={agent.title} />,
    text: oneLine(agent.version ?? words.installed),
    icon: <Icon name="bot" />,
  }));
  const shell = {
    value: SHELL,
    title: words.shell,
    text: machine.capabilities.shell ? words.shell_text : words.shell_forbidden,
    icon: <Icon name="shell" />,
    disabled: !machine.capabilities.shell,
  };
  return [...agents, shell];
}

/** An agent that can be talked to in both ways is asked for in one of them. */
function ViewChoice({ start }: { start: Start }) {
  const words = t().new_session;
  const { found } = start.place;
  if (!found?.chat || !found.terminal) {
    return null;
  }
  return (
    <div class="start-view">
      <Segmented
        label={words.view}
        value={start.kind}
        onChange={start.setKind}
        choices={[
          { value: "chat", label: words.chat },
          { value: "terminal", label: words.terminal },
        ]}
      />
      <p class="small faint">{start.kind === "chat" ? words.chat_text : words.terminal_text}</p>
    </div>
  );
}

function Freedom({ start: { policy, place } }: { start: Start }) {
  const words = t().new_session;
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <PresetChoice policy={policy} neverAsks={place.found?.asks === false} texts={words.presets} />
      <details class="start-more" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{t().policy.in_detail}</summary>
        {isOpen && (
          <>
            <PolicyFields policy={policy} interactive />
            <Effects options={optionsOf(policy.wish)} interactive />
          </>
        )}
      </details>
    </>
  );
}

function More({ start }: { start: Start }) {
  const words = t().new_session;
  return (
    <details class="start-more">
      <summary>{words.more}</summary>
      <div class="start-more-body start-pair">
        <TextField
          label={words.title}
          value={start.title}
          onChange={start.setTitle}
          placeholder={words.title_placeholder}
          maxLength={200}
        />
        {start.place.agent !== SHELL && (
          <TextField
            label={words.model}
            value={start.model}
            onChange={start.setModel}
            placeholder={words.model_placeholder}
            hint={words.model_hint}
            maxLength={200}
          />
        )}
      </div>
    </details>
  );
}
