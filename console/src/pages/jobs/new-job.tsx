/** Handing in work that is done while nobody looks. */

import { useRef, useState } from "preact/hooks";

import { submitJob } from "../../api/jobs";
import type { MachineView } from "../../api/types";
import { useAttempt } from "../../app/answer";
import { FormDialog } from "../../app/form-dialog";
import { go, paths } from "../../app/router";
import { machines, store } from "../../app/state";
import { t } from "../../i18n";
import { oneLine } from "../../text/visible";
import { Foreign } from "../../ui/bits";
import { SelectField, Switch, TextField } from "../../ui/field";
import { Icon } from "../../ui/icon";
import {
  AgentChoice,
  MachineChoice,
  NoMachine,
  PromptField,
  WorkspaceChoice,
} from "../start/choices";
import { usable, usePlace } from "../start/place";
import { optionsOf, usePolicy } from "../start/policy";
import { Effects, PolicyFields, PresetChoice } from "../start/policy-fields";
import { useWorktree, WorktreeChoice, worktreeOf } from "../start/worktree";

const FORM = "new-job-form";

/** In seconds. */
const LIMITS = [0, 600, 1800, 3600, 4 * 3600, 24 * 3600] as const;
const WAITS = [0, 900, 3600, 24 * 3600, 7 * 24 * 3600] as const;

export function NewJob({ onClose }: { onClose: () => void }) {
  if (machines.value.length === 0) {
    return <NoMachine title={t().actions.new_job} onClose={onClose} />;
  }
  return <JobForm onClose={onClose} />;
}

function JobForm({ onClose }: { onClose: () => void }) {
  const words = t().jobs;
  const draft = useDraft();
  const { place, policy } = draft;
  const sending = useAttempt(async () => {
    const job = await draft.submit();
    store.jobs.put([job]);
    onClose();
    go(paths.job(job.id));
  });
  return (
    <FormDialog
      id={FORM}
      title={t().actions.new_job}
      submit={words.submit}
      attempt={sending}
      isComplete={draft.isComplete}
      onClose={onClose}
      width="xl"
      class="start new-job"
      withKey
    >
      <div class="start-half">
        <PromptField
          label={words.prompt}
          placeholder={words.prompt_placeholder}
          value={draft.prompt}
          onChange={draft.setPrompt}
        />
        <MachineChoice place={place} choices={machines.value} />
        <WorkspaceChoice place={place} />
        <WorktreeChoice wish={draft.worktree} />
        <More draft={draft} />
      </div>
      <div class="start-half">
        <AgentChoice place={place} cards={agentCards(place.machine)} />
        <PresetChoice
          policy={policy}
          neverAsks={place.found?.asks === false}
          texts={draft.interactive ? t().new_session.presets : words.presets}
        />
        <div class="job-interactive">
          <Switch
            label={words.interactive}
            checked={draft.interactive}
            onChange={draft.setInteractive}
          />
          <p class="small faint">{words.interactive_text}</p>
        </div>
        <Effects options={optionsOf(policy.wish)} interactive={draft.interactive} />
        <details class="start-more">
          <summary>{t().policy.in_detail}</summary>
          <PolicyFields policy={policy} interactive={draft.interactive} />
        </details>
      </div>
    </FormDialog>
  );
}

type Draft = ReturnType<typeof useDraft>;

function useDraft() {
  const place = usePlace({
    machineId: null,
    // A job may wait for its machine.
    machines: machines.value,
    offers: (machine) => talkers(machine).map((agent) => agent.name),
    agent: null,
  });
  const policy = usePolicy("dev-default");
  const worktree = useWorktree();
  const [prompt, setPrompt] = useState("");
  const [model, setModel] = useState("");
  const [limit, setLimit] = useState("0");
  const [wait, setWait] = useState("900");
  const [priority, setPriority] = useState("0");
  const [interactive, setInteractive] = useState(false);
  const [webhook, setWebhook] = useState("");
  // The same key for every try of the same job.
  const key = useRef(crypto.randomUUID());

  const submit = () => {
    return submitJob(
      {
        prompt: prompt.trim(),
        machine_id: place.machine?.machine_id ?? "",
        project_path: place.path,
        agent_name: place.agent ?? "",
        ...optionsOf(policy.wish),
        ...worktreeOf(worktree),
        ...(model.trim() ? { model: model.trim() } : {}),
        ...(limit === "0" ? {} : { timeout: Number(limit) }),
        ...(interactive ? { interactive } : {}),
        machine_wait: Number(wait),
        ...(priority === "0" ? {} : { priority: Number(priority) }),
        ...(webhook.trim() ? { webhook: { url: webhook.trim() } } : {}),
      },
      key.current,
    ).catch((error: unknown) => {
      // What was refused is changed before the next try, and then it is another job.
      key.current = crypto.randomUUID();
      throw error;
    });
  };

  return {
    place,
    policy,
    worktree,
    prompt,
    setPrompt,
    model,
    setModel,
    limit,
    setLimit,
    wait,
    setWait,
    priority,
    setPriority,
    interactive,
    setInteractive,
    webhook,
    setWebhook,
    submit,
    isComplete: place.isComplete && prompt.trim() !== "",
  };
}

/** A job is done in a chat. */
function talkers(machine: MachineView) {
  return usable(machine).filter((agent) => agent.chat);
}

function agentCards(machine: MachineView | undefined) {
  const words = t().new_session;
  return (machine ? talkers(machine) : []).map((agent) => ({
    value: agent.name,
    title: <Foreign text={agent.title} />,
    text: oneLine(agent.version ?? words.installed),
    icon: <Icon name="bot" />,
  }));
}

function More({ draft }: { draft: Draft }) {
  const words = t().jobs;
  const span = (value: number) => ({ value: String(value), label: words.span(value) });
  return (
    <details class="start-more">
      <summary>{t().new_session.more}</summary>
      <div class="start-more-body">
        <div class="start-pair">
          <SelectField
            label={words.limit}
            value={draft.limit}
            onChange={draft.setLimit}
            choices={[{ value: "0", label: words.no_limit }, ...LIMITS.slice(1).map(span)]}
          />
          <SelectField
            label={words.wait}
            value={draft.wait}
            onChange={draft.setWait}
            choices={[{ value: "0", label: words.no_wait }, ...WAITS.slice(1).map(span)]}
          />
          <SelectField
            label={words.priority}
            value={draft.priority}
            onChange={draft.setPriority}
            choices={[
              { value: "10", label: words.priorities.high },
              { value: "0", label: words.priorities.usual },
              { value: "-10", label: words.priorities.low },
            ]}
          />
          <TextField
            label={t().new_session.model}
            value={draft.model}
            onChange={draft.setModel}
            placeholder={t().new_session.model_placeholder}
            maxLength={200}
          />
        </div>
        <TextField
          label={words.webhook.field}
          hint={words.webhook.field_hint}
          type="url"
          value={draft.webhook}
          onChange={draft.setWebhook}
          placeholder="https://ci.example.com/hooks/gantline"
          maxLength={2048}
        />
      </div>
    </details>
  );
}
