/** Starting a session: which machine, where, with whom, how free. */

import { useState } from "preact/hooks";

import "./new-session.css";
import { createSession, renameSession } from "../api/sessions";
import type { InstalledAgent, MachineView, Preset, SessionKind, SessionView } from "../api/types";
import { useAttempt } from "../app/answer";
import { attempt, ProblemNote } from "../app/problem";
import { go, Link, paths } from "../app/router";
import { isOperator, listed, machines, overlay, store, user } from "../app/state";
import { keep, recall } from "../app/storage";
import { post } from "../chat/outbox";
import { t } from "../i18n";
import { hasMod, isComposing, MOD } from "../keyboard/keys";
import { oneLine } from "../text/visible";
import { fields, text } from "../transcript/fields";
import { Empty, Foreign } from "../ui/bits";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field, type RadioCard, RadioCards, Segmented, Select, TextField } from "../ui/field";
import { Icon } from "../ui/icon";
import { distinctTitle } from "./distinct-title";
import { MachineBadge } from "./machine-badge";

interface NewSessionProps {
  machineId: string | null;
  sessionKind: SessionKind;
  onClose: () => void;
}

const PRESETS: readonly Preset[] = ["ask", "safe-readonly", "dev-default", "full-auto"];

/** A terminal without an agent runs the shell. */
const SHELL = "";

const FORM = "new-session-form";

export function NewSession({ machineId, sessionKind, onClose }: NewSessionProps) {
  const words = t().new_session;
  const online = machines.value.filter((machine) => machine.status === "online");
  const start = useStart(machineId, sessionKind, online);
  const { isBusy, error, run } = useAttempt(async () => {
    const session = await start.create();
    onClose();
    go(paths.session(session));
  });
  if (online.length === 0) {
    return <NoMachine onClose={onClose} />;
  }
  return (
    <Dialog
      title={t().actions.new_session}
      onClose={onClose}
      width="xl"
      footer={
        <>
          <Button look="ghost" onClick={onClose}>
            {t().common.cancel}
          </Button>
          <Button
            look="primary"
            type="submit"
            form={FORM}
            busy={isBusy}
            disabled={!start.isComplete}
            keyHint={`${MOD} ↵`}
          >
            {words.start}
          </Button>
        </>
      }
    >
      <form
        id={FORM}
        class="new-session"
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
        onKeyDown={(event) => {
          const sends = event.key === "Enter" && hasMod(event) && !isComposing(event);
          if (sends && start.isComplete && !isBusy) {
            event.preventDefault();
            run();
          }
        }}
      >
        {error !== null && (
          <div class="new-session-problem">
            <ProblemNote error={error} />
          </div>
        )}
        <div class="new-session-half">
          {start.kind === "chat" && <FirstPrompt start={start} />}
          <MachineChoice start={start} online={online} />
          <WorkspaceChoice start={start} />
          <More start={start} />
        </div>
        <div class="new-session-half">
          <AgentChoice start={start} />
          {start.kind === "chat" && <PresetChoice start={start} />}
        </div>
      </form>
    </Dialog>
  );
}

function NoMachine({ onClose }: { onClose: () => void }) {
  const words = t().new_session;
  const operates = isOperator(user.value);
  return (
    <Dialog title={t().actions.new_session} onClose={onClose}>
      <Empty
        icon="machine"
        title={machines.value.length > 0 ? words.all_offline : words.no_machine}
        action={
          operates && (
            <Button
              look="primary"
              onClick={() => {
                overlay.value = { kind: "enrol" };
              }}
            >
              {t().actions.add_machine}
            </Button>
          )
        }
      >
        {machines.value.length > 0 ? words.all_offline_text : words.no_machine_text}
      </Empty>
    </Dialog>
  );
}

type Start = ReturnType<typeof useStart>;

/** Gives a session that was named by the server a name of its own; it works under either. */
function tellApart(session: SessionView, others: readonly string[]): void {
  const wanted = distinctTitle(session.title, others);
  if (wanted !== session.title) {
    void attempt(async () => {
      store.putSession((await renameSession(session.session_id, wanted)).session);
    });
  }
}

/** What has been chosen, beginning with what was chosen last time. */
function useStart(
  machineId: string | null,
  sessionKind: SessionKind,
  online: readonly MachineView[],
) {
  const last = fields(recall("new-session"));
  const [chosenMachine, setMachine] = useState(machineId ?? text(last.machine));
  const machine = online.find((one) => one.machine_id === chosenMachine) ?? online[0];
  const [chosenPath, setPath] = useState(text(last.path));
  const path =
    machine?.workspaces.find((one) => one === chosenPath) ?? machine?.workspaces[0] ?? "";
  const [chosenAgent, setAgent] = useState<string | null>(
    sessionKind === "terminal" ? SHELL : text(last.agent) || null,
  );
  const choices = machine ? agentChoices(machine) : [];
  const agent = (choices.find((one) => one.value === chosenAgent) ?? choices[0])?.value ?? null;
  const found = machine?.agents.find((one) => one.name === agent);
  const [chosenKind, setKind] = useState<SessionKind>(sessionKind);
  const kind = kindOf(agent, found, chosenKind);
  const [preset, setPreset] = useState<Preset>(
    PRESETS.find((one) => one === last.preset && one !== "full-auto") ?? "ask",
  );
  const [model, setModel] = useState("");
  const [title, setTitle] = useState("");
  const [first, setFirst] = useState("");

  const create = async () => {
    const { session } = await createSession({
      machine_id: machine?.machine_id ?? "",
      kind,
      project_path: path,
      ...(agent ? { agent_name: agent } : {}),
      ...(model.trim() ? { model: model.trim() } : {}),
      ...(title.trim() ? { title: title.trim() } : {}),
      ...(kind === "chat" ? { permission_preset: preset } : {}),
    });
    keep("new-session", { machine: machine?.machine_id, path, agent, preset });
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
    machine,
    setMachine,
    path,
    setPath,
    agent,
    setAgent,
    choices,
    found,
    kind,
    setKind,
    preset,
    setPreset,
    model,
    setModel,
    title,
    setTitle,
    first,
    setFirst,
    create,
    isComplete: machine !== undefined && path !== "" && agent !== null,
  };
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
function agentChoices(machine: MachineView): RadioCard<string>[] {
  const words = t().new_session;
  const usable = machine.agents.filter((agent) => agent.missing === undefined);
  const agents = usable.map((agent) => ({
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

function MachineChoice({ start, online }: { start: Start; online: readonly MachineView[] }) {
  const words = t().new_session;
  if (online.length === 1 && start.machine) {
    return (
      <p class="new-session-machine">
        <Icon name="machine" /> {words.on}{" "}
        <strong>
          <Foreign text={start.machine.machine_name} />
        </strong>
      </p>
    );
  }
  return (
    <RadioCards
      label={words.machine}
      columns
      value={start.machine?.machine_id ?? null}
      onChange={start.setMachine}
      cards={online.map((machine) => ({
        value: machine.machine_id,
        title: <Foreign text={machine.machine_name} />,
        text: <Foreign text={machine.os_version} />,
        icon: <Icon name="machine" />,
        aside: machine.connected ? null : <MachineBadge machine={machine} />,
      }))}
    />
  );
}

function WorkspaceChoice({ start }: { start: Start }) {
  const words = t().new_session;
  const workspaces = start.machine?.workspaces ?? [];
  return (
    <Field
      label={words.workspace}
      hint={workspaces.length === 0 ? words.no_workspace : words.workspace_hint}
    >
      {(ids) => (
        <Select
          {...ids}
          value={start.path}
          disabled={workspaces.length === 0}
          choices={workspaces.map((one) => ({ value: one, label: oneLine(one) }))}
          onChange={start.setPath}
        />
      )}
    </Field>
  );
}

function AgentChoice({ start }: { start: Start }) {
  const words = t().new_session;
  const offersBoth = start.found?.chat === true && start.found.terminal;
  return (
    <>
      <RadioCards
        label={words.agent}
        columns
        value={start.agent}
        onChange={start.setAgent}
        cards={start.choices}
      />
      <Missing start={start} />
      {offersBoth && (
        <div class="new-session-view">
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
      )}
    </>
  );
}

/** Agents that are known and not there, and where to read how to get them. */
function Missing({ start }: { start: Start }) {
  const words = t().new_session;
  const missing = (start.machine?.agents ?? []).filter((agent) => agent.missing !== undefined);
  if (!start.machine || missing.length === 0) {
    return null;
  }
  const machineId = start.machine.machine_id;
  return (
    <p class="small faint new-session-missing">
      {words.missing(missing.map((agent) => oneLine(agent.title, 40)).join(", "))}{" "}
      <Link
        to={paths.machine(machineId)}
        onGo={() => {
          overlay.value = null;
        }}
      >
        {words.how_to_install}
      </Link>
    </p>
  );
}

function PresetChoice({ start }: { start: Start }) {
  const words = t().new_session;
  return (
    <div class="preset-choice">
      <RadioCards
        label={words.preset}
        value={start.preset}
        onChange={start.setPreset}
        cards={PRESETS.map((preset) => ({
          value: preset,
          title: words.presets[preset].title,
          text: words.presets[preset].text,
        }))}
      />
      {start.preset === "full-auto" && (
        <p class="new-session-warning">
          <Icon name="alert" size={16} />
          {words.full_auto_warning}
        </p>
      )}
      {start.found && !start.found.asks && (
        <p class="new-session-warning">
          <Icon name="alert" size={16} />
          {words.never_asks}
        </p>
      )}
    </div>
  );
}

function FirstPrompt({ start }: { start: Start }) {
  const words = t().new_session;
  return (
    <Field label={words.first}>
      {(ids) => (
        <textarea
          {...ids}
          class="input"
          rows={5}
          data-first
          placeholder={words.first_placeholder}
          value={start.first}
          onInput={(event) => start.setFirst(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

function More({ start }: { start: Start }) {
  const words = t().new_session;
  return (
    <details class="new-session-more">
      <summary>{words.more}</summary>
      <div class="new-session-pair">
        <TextField
          label={words.title}
          value={start.title}
          onChange={start.setTitle}
          placeholder={words.title_placeholder}
          maxLength={200}
        />
        {start.agent !== SHELL && (
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
