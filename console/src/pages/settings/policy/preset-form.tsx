/** A starting point that administrators make for everybody. */

import { useState } from "preact/hooks";

import { putPreset } from "../../../api/policy";
import type { PresetView, ToolName } from "../../../api/types";
import { useAttempt } from "../../../app/answer";
import { FormDialog } from "../../../app/form-dialog";
import { t } from "../../../i18n";
import { SelectField, TextField } from "../../../ui/field";
import { optionsOf, type PolicyWish, PRESETS, usePolicy } from "../../start/policy";
import { Effects, PolicyFields } from "../../start/policy-fields";

/** As the server has it: up to 40 lower-case letters, digits and hyphens, a letter first. */
const NAME = /^[a-z][a-z0-9-]{0,39}$/;

interface PresetFormProps {
  /** The one that is changed; null for a new one. */
  preset: PresetView | null;
  onClose: () => void;
  onStored: () => void;
}

export function PresetForm({ preset, onClose, onStored }: PresetFormProps) {
  const words = t().rules;
  const [name, setName] = useState(preset?.name ?? "");
  const [description, setDescription] = useState(preset?.description ?? "");
  const policy = usePolicy("dev-default", wishOf(preset));
  const sending = useAttempt(async () => {
    await putPreset(name, { description: description.trim(), ...optionsOf(policy.wish) });
    onStored();
  });
  const { wish, change } = policy;
  return (
    <FormDialog
      id="preset-form"
      title={preset ? words.edit_preset : words.make_preset}
      submit={t().session.save}
      attempt={sending}
      isComplete={NAME.test(name)}
      onClose={onClose}
      width="l"
      class="confirm preset-form"
    >
      <div class="rule-pair">
        {preset === null && (
          <TextField
            label={words.preset_name}
            value={name}
            onChange={setName}
            hint={words.preset_name_hint}
            maxLength={40}
            mono
            required
            first
          />
        )}
        <SelectField
          label={words.preset_base}
          value={wish.preset}
          onChange={(chosen) => change({ preset: chosen })}
          choices={PRESETS.map((value) => ({
            value: value as string,
            label: t().new_session.presets[value].title,
          }))}
        />
      </div>
      <TextField
        label={words.preset_description}
        value={description}
        onChange={setDescription}
        maxLength={200}
      />
      <PolicyFields policy={policy} interactive />
      <Effects options={optionsOf(policy.wish)} interactive />
    </FormDialog>
  );
}

function wishOf(preset: PresetView | null): Partial<PolicyWish> {
  const options = preset?.options;
  if (!options) {
    return {};
  }
  return {
    preset: options.permission_preset ?? "dev-default",
    mode: options.permissions ?? "",
    only: toolsOf(options.allowed_tools),
    never: toolsOf(options.denied_tools),
    auth: options.auth_policy ?? "",
    unasked: options.non_interactive_permissions ?? "",
    maxTurns: options.max_turns ? String(options.max_turns) : "",
  };
}

/** A preset that allows every tool by name is shown as leaving that to its base. */
function toolsOf(list: ToolName[] | string | null | undefined): readonly ToolName[] {
  return Array.isArray(list) ? list : [];
}
