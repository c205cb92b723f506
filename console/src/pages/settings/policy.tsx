/** What may be done without a person: presets, and what was answered once and for all. */

import { useState } from "preact/hooks";

import "./policy/policy.css";
import { presets, removePreset, revokeRule, rules } from "../../api/policy";
import type { PresetView, RuleView } from "../../api/types";
import { useAnswer, useFreshAnswer } from "../../app/answer";
import { attempt, ProblemNote } from "../../app/problem";
import { isOperator, mayWork, store, user } from "../../app/state";
import { presetTitle } from "../../chat/policy-facts";
import { t } from "../../i18n";
import { oneLine } from "../../text/visible";
import { Badge, Empty, Section, Skeleton } from "../../ui/bits";
import { Button } from "../../ui/button";
import { Confirm } from "../../ui/dialog";
import { Menu } from "../../ui/menu";
import { KeptTranscripts } from "./policy/kept-transcripts";
import { NewRule } from "./policy/new-rule";
import { PresetForm } from "./policy/preset-form";
import { RuleRow } from "./policy/rule-row";
import { SessionLimits } from "./policy/session-limits";

export function PolicySettings() {
  return (
    <>
      <RuleSection />
      <PresetSection />
      <KeptTranscripts />
      <SessionLimits />
    </>
  );
}

function RuleSection() {
  const words = t().rules;
  const { value, error, reload } = useFreshAnswer(rules, store.rulesSeen.value);
  const [isMaking, setMaking] = useState(false);
  const [doomed, setDoomed] = useState<RuleView | null>(null);
  return (
    <Section
      title={words.title}
      aside={
        mayWork(user.value) && (
          <Button size="s" icon="plus" onClick={() => setMaking(true)}>
            {words.make}
          </Button>
        )
      }
    >
      <p class="faint">{words.text}</p>
      <ProblemNote error={error} />
      {!value && !error && <Skeleton lines={4} />}
      {value?.rules.length === 0 && (
        <div class="card">
          <Empty icon="steer" title={words.none}>
            {words.none_text}
          </Empty>
        </div>
      )}
      {value && value.rules.length > 0 && (
        <ul class="card settings-rows">
          {value.rules.map((rule) => (
            <RuleRow key={rule.rule_id} rule={rule} onRevoke={() => setDoomed(rule)} />
          ))}
        </ul>
      )}
      {isMaking && (
        <NewRule
          onClose={() => setMaking(false)}
          onMade={() => {
            setMaking(false);
            reload();
          }}
        />
      )}
      {doomed && (
        <Confirm
          title={words.revoke_title}
          confirm={words.revoke}
          danger
          onClose={() => setDoomed(null)}
          onConfirm={() => {
            setDoomed(null);
            void attempt(() => revokeRule(doomed.rule_id)).then(reload);
          }}
        >
          <p>{oneLine(doomed.title, 200)}</p>
          <p class="faint">{words.revoke_text}</p>
        </Confirm>
      )}
    </Section>
  );
}

function PresetSection() {
  const words = t().rules;
  const { value, error, reload } = useAnswer(presets);
  const [form, setForm] = useState<PresetView | "new" | null>(null);
  const [doomed, setDoomed] = useState<string | null>(null);
  const operates = isOperator(user.value);
  return (
    <Section
      title={words.presets}
      aside={
        operates && (
          <Button size="s" icon="plus" onClick={() => setForm("new")}>
            {words.make_preset}
          </Button>
        )
      }
    >
      <p class="faint">{words.presets_text}</p>
      <ProblemNote error={error} />
      {!value && !error && <Skeleton lines={4} />}
      {value && (
        <ul class="card settings-rows">
          {value.presets.map((preset) => (
            <PresetRow
              key={preset.name}
              preset={preset}
              edit={operates && !preset.built_in ? () => setForm(preset) : null}
              remove={() => setDoomed(preset.name)}
            />
          ))}
        </ul>
      )}
      {form !== null && (
        <PresetForm
          preset={form === "new" ? null : form}
          onClose={() => setForm(null)}
          onStored={() => {
            setForm(null);
            reload();
          }}
        />
      )}
      {doomed !== null && (
        <Confirm
          title={words.remove_preset_title(doomed)}
          confirm={words.remove_preset}
          danger
          onClose={() => setDoomed(null)}
          onConfirm={() => {
            setDoomed(null);
            void attempt(() => removePreset(doomed)).then(reload);
          }}
        >
          <p>{words.remove_preset_text}</p>
        </Confirm>
      )}
    </Section>
  );
}

interface PresetRowProps {
  preset: PresetView;
  /** Null where it cannot be changed. */
  edit: (() => void) | null;
  remove: () => void;
}

function PresetRow({ preset, edit, remove }: PresetRowProps) {
  const words = t().rules;
  const { policy } = preset;
  const ours = t().new_session.presets as Readonly<Record<string, { text: string } | undefined>>;
  const tools = [...policy.allowed_tools, ...(policy.other_tools ? [t().policy.other_tools] : [])];
  return (
    <li data-preset={preset.name}>
      <span class="settings-row-words">
        <span class="settings-row-title">
          <bdi>{presetTitle(preset.name)}</bdi>
          <code class="small faint">{preset.name}</code>
          {preset.built_in && <Badge>{words.built_in}</Badge>}
        </span>
        <span class="small">{ours[preset.name]?.text ?? oneLine(preset.description, 200)}</span>
        <span class="small faint">
          {t().policy.modes[policy.permissions]} · {tools.join(", ") || t().policy.no_tool}
        </span>
      </span>
      {edit && (
        <Menu
          label={t().session.more}
          size="s"
          items={[
            { label: words.edit_preset, icon: "edit", onSelect: edit },
            { label: words.remove_preset, icon: "trash", danger: true, onSelect: remove },
          ]}
        />
      )}
    </li>
  );
}
