/** What may be done without a person: a starting point, and each part of it by itself. */

import { useEffect, useState } from "preact/hooks";

import { explainPolicy, presets } from "../../api/policy";
import type { Effect, PolicyExplained, PolicyOptions, ToolName } from "../../api/types";
import { useAnswer } from "../../app/answer";
import { ProblemNote } from "../../app/problem";
import { t } from "../../i18n";
import { oneLine } from "../../text/visible";
import { RadioCards, SelectField, TextField } from "../../ui/field";
import { Icon, type IconName } from "../../ui/icon";
import { asksNobody, MODES, type Policy, PRESETS, TOOLS } from "./policy";

interface PresetChoiceProps {
  policy: Policy;
  /** Whether the agent asks at all before it acts. */
  neverAsks: boolean;
  /** What to say of each preset. */
  texts: Readonly<Record<(typeof PRESETS)[number], { title: string; text: string }>>;
}

export function PresetChoice({ policy, neverAsks, texts }: PresetChoiceProps) {
  const words = t().new_session;
  const { wish, change } = policy;
  const { value: all } = useAnswer(presets);
  const own = (all?.presets ?? []).filter((preset) => !preset.built_in);
  return (
    <div class="preset-choice">
      <RadioCards
        label={words.preset}
        value={wish.preset}
        onChange={(preset) => change({ preset })}
        cards={[
          ...PRESETS.map((preset) => ({ value: preset as string, ...texts[preset] })),
          ...own.map(({ name, description }) => ({
            value: name,
            title: <bdi>{oneLine(name, 60)}</bdi>,
            text: oneLine(description, 200),
          })),
        ]}
      />
      {asksNobody(wish) && <Warning text={words.full_auto_warning} />}
      {neverAsks && <Warning text={words.never_asks} />}
    </div>
  );
}

function Warning({ text }: { text: string }) {
  return (
    <p class="start-warning">
      <Icon name="alert" size={16} />
      {text}
    </p>
  );
}

/** The six dimensions, and what comes of them. */
export function PolicyFields({ policy, interactive }: { policy: Policy; interactive: boolean }) {
  const words = t().policy;
  const { wish, change } = policy;
  const unchanged = { value: "" as const, label: words.as_preset };
  return (
    <div class="start-more-body">
      <div class="start-pair">
        <SelectField
          label={words.parts.permissions}
          value={wish.mode}
          onChange={(mode) => change({ mode })}
          choices={[unchanged, ...MODES.map((value) => ({ value, label: words.modes[value] }))]}
        />
        <SelectField
          label={words.parts.auth_policy}
          value={wish.auth}
          onChange={(auth) => change({ auth })}
          choices={[
            unchanged,
            { value: "fail", label: words.auth.fail },
            { value: "skip", label: words.auth.skip },
          ]}
        />
        <SelectField
          label={words.parts.non_interactive_permissions}
          value={wish.unasked}
          onChange={(unasked) => change({ unasked })}
          choices={[
            unchanged,
            { value: "deny", label: words.unasked.deny },
            { value: "fail", label: words.unasked.fail },
          ]}
        />
        {interactive && (
          <TextField
            label={words.parts.max_turns}
            value={wish.maxTurns}
            onChange={(maxTurns) => change({ maxTurns: maxTurns.replaceAll(/\D/g, "") })}
            placeholder={words.no_limit}
            maxLength={6}
          />
        )}
      </div>
      <ToolPicks
        label={words.only_tools}
        hint={words.only_tools_hint}
        chosen={wish.only}
        onChange={(only) => change({ only })}
      />
      <ToolPicks
        label={words.never_tools}
        hint={words.never_tools_hint}
        chosen={wish.never}
        onChange={(never) => change({ never })}
      />
    </div>
  );
}

interface ToolPicksProps {
  label: string;
  hint: string;
  chosen: readonly ToolName[];
  onChange: (chosen: readonly ToolName[]) => void;
}

export function ToolPicks({ label, hint, chosen, onChange }: ToolPicksProps) {
  return (
    <fieldset class="field">
      <legend>{label}</legend>
      <p class="field-hint">{hint}</p>
      <div class="tool-picks">
        {TOOLS.map((tool) => (
          <label key={tool} class="tool-pick">
            <input
              type="checkbox"
              checked={chosen.includes(tool)}
              onChange={(event) =>
                onChange(
                  event.currentTarget.checked
                    ? TOOLS.filter((one) => one === tool || chosen.includes(one))
                    : chosen.filter((one) => one !== tool),
                )
              }
            />
            <span class="mono">{tool}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

const EFFECTS: readonly (readonly [Effect, IconName])[] = [
  ["allow", "check"],
  ["ask", "question"],
  ["deny", "ban"],
  ["fail", "ban"],
];

/** Choices follow each other quickly; the server is asked when they have settled. */
const ASK_AFTER_MS = 250;

interface EffectsProps {
  options: PolicyOptions;
  /** Whether somebody can be asked. */
  interactive: boolean;
}

/** What a policy does with each tool, as the server says it. */
export function Effects({ options, interactive }: EffectsProps) {
  const words = t().policy;
  const { explained, error } = useExplained(options, interactive);
  if (error !== null) {
    return <ProblemNote error={error} />;
  }
  if (!explained) {
    return null;
  }
  const names = (effect: Effect) => [
    ...TOOLS.filter((tool) =>
      explained.tools.some((one) => one.tool === tool && one.effect === effect),
    ),
    ...(explained.other_tools.effect === effect ? [words.other_tools] : []),
  ];
  return (
    <section aria-label={words.effects} aria-live="polite">
      <dl class="effects">
        {EFFECTS.map(([effect, icon]) => {
          const tools = names(effect);
          return (
            tools.length > 0 && (
              <>
                <dt class={`effect-${effect}`}>
                  <Icon name={icon} size={15} />
                  {words.effect[effect]}
                </dt>
                <dd>{tools.join(", ")}</dd>
              </>
            )
          );
        })}
      </dl>
    </section>
  );
}

function useExplained(options: PolicyOptions, interactive: boolean) {
  const [explained, setExplained] = useState<PolicyExplained | null>(null);
  const [error, setError] = useState<unknown>(null);
  const key = JSON.stringify(options);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is what the options say
  useEffect(() => {
    let isOver = false;
    const timer = setTimeout(() => {
      explainPolicy({ ...options, interactive }).then(
        (answer) => {
          if (!isOver) {
            setExplained(answer);
            setError(null);
          }
        },
        (problem: unknown) => {
          if (!isOver) {
            setError(problem);
          }
        },
      );
    }, ASK_AFTER_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [key, interactive]);
  return { explained, error };
}
