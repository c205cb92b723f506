/** A rule that is given before anybody was asked. */

import { useState } from "preact/hooks";

import { createRule } from "../../../api/policy";
import type { CreateRule, RuleEffect, RuleMatch, RuleTool } from "../../../api/types";
import { useAttempt } from "../../../app/answer";
import { FormDialog } from "../../../app/form-dialog";
import { isOperator, machines, user } from "../../../app/state";
import { t } from "../../../i18n";
import { DURATIONS, type Lasting, secondsOf } from "../../../permission/lasting";
import { oneLine } from "../../../text/visible";
import { Segmented, SelectField, TextField } from "../../../ui/field";
import { TOOLS } from "../../start/policy";

interface NewRuleProps {
  onClose: () => void;
  onMade: () => void;
}

const EFFECTS: readonly RuleEffect[] = ["allow", "deny", "never"];

export function NewRule({ onClose, onMade }: NewRuleProps) {
  const words = t().rules;
  const draft = useDraft();
  const sending = useAttempt(async () => {
    await createRule(draft.rule());
    onMade();
  });
  const isNever = draft.effect === "never";
  const machine = machines.value.find((one) => one.machine_id === draft.machine);
  return (
    <FormDialog
      id="new-rule"
      title={words.make}
      submit={words.give}
      attempt={sending}
      isComplete={draft.isComplete}
      onClose={onClose}
    >
      <div>
        <Segmented
          label={words.effect}
          value={draft.effect}
          onChange={draft.setEffect}
          choices={EFFECTS.filter((one) => one !== "never" || isOperator(user.value)).map(
            (value) => ({ value, label: words.effects[value] }),
          )}
        />
        <p class="field-hint">{words.effect_texts[draft.effect]}</p>
      </div>
      <div class="rule-pair">
        <SelectField
          label={words.tool}
          value={draft.tool}
          onChange={draft.setTool}
          choices={[
            ...TOOLS.map((value) => ({ value: value as RuleTool, label: value })),
            { value: "other", label: t().policy.other_tools },
          ]}
        />
        {draft.tool === "Bash" && (
          <TextField
            label={words.begins}
            value={draft.prefix}
            onChange={draft.setPrefix}
            placeholder="npm test"
            hint={words.begins_hint}
            maxLength={400}
            mono
          />
        )}
      </div>
      <div class="rule-pair">
        <SelectField
          label={words.machine}
          value={draft.machine}
          onChange={draft.setMachine}
          choices={[
            ...(isNever ? [{ value: "", label: words.every_machine }] : []),
            ...machines.value.map((one) => ({
              value: one.machine_id,
              label: oneLine(one.machine_name, 60),
            })),
          ]}
        />
        {machine && (
          <SelectField
            label={words.workspace}
            value={draft.path}
            onChange={draft.setPath}
            choices={[
              { value: "", label: words.every_workspace },
              ...machine.workspaces.map((value) => ({ value, label: oneLine(value, 80) })),
            ]}
          />
        )}
        <SelectField
          label={t().permission.always_long}
          value={draft.lasting}
          onChange={draft.setLasting}
          choices={DURATIONS.map((value) => ({ value, label: t().permission.lasting[value] }))}
        />
      </div>
      <TextField
        label={words.rule_title}
        value={draft.title}
        onChange={draft.setTitle}
        placeholder={words.rule_title_placeholder}
        maxLength={200}
      />
    </FormDialog>
  );
}

function useDraft() {
  const [effect, setEffect] = useState<RuleEffect>("allow");
  const [tool, setTool] = useState<RuleTool>("Bash");
  const [prefix, setPrefix] = useState("");
  const [chosenMachine, setMachine] = useState(machines.value[0]?.machine_id ?? "");
  const [path, setPath] = useState("");
  const [lasting, setLasting] = useState<Lasting>("ever");
  const [title, setTitle] = useState("");
  const first = effect === "never" ? "" : (machines.value[0]?.machine_id ?? "");
  const machine = chosenMachine === "" ? first : chosenMachine;

  const rule = (): CreateRule => {
    const seconds = secondsOf(lasting);
    return {
      effect,
      tool,
      matches: matchOf(tool, prefix),
      ...(title.trim() === "" ? {} : { title: title.trim() }),
      ...(machine === "" ? {} : { machine_id: machine }),
      ...(machine === "" || path === "" ? {} : { project_path: path }),
      ...(seconds === null ? {} : { expires_in_s: seconds }),
    };
  };
  return {
    effect,
    setEffect,
    tool,
    setTool,
    prefix,
    setPrefix,
    machine,
    setMachine: (id: string) => {
      setMachine(id);
      setPath("");
    },
    path,
    setPath,
    lasting,
    setLasting,
    title,
    setTitle,
    rule,
    isComplete: effect === "never" || machine !== "",
  };
}

/** Commands are told apart by their first words, each of them whole. */
function matchOf(tool: RuleTool, prefix: string): RuleMatch {
  const words = prefix.split(/\s+/).filter((word) => word !== "");
  return tool === "Bash" && words.length > 0 ? { kind: "prefix", words } : { kind: "tool" };
}
