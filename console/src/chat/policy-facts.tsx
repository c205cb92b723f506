/** What a session may do without a person, where each part of that comes from, and who holds it. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import type { Part, PolicyView, SessionView } from "../api/types";
import { t } from "../i18n";
import { number } from "../i18n/format";
import { oneLine } from "../text/visible";
import { Icon } from "../ui/icon";
import { SessionRules } from "./session-rules";

export function PolicyFacts({ session }: { session: SessionView }) {
  const words = t().policy;
  const { policy } = session;
  const [isOpen, setOpen] = useState(false);
  return (
    <section class="rail-part">
      <h2>{words.title}</h2>
      <p>
        <strong>{presetTitle(session.permission_preset)}</strong>
        {policy && policy.permissions !== usualMode(policy) && (
          <span class="faint"> {words.modes[policy.permissions]}</span>
        )}
      </p>
      <Held session={session} />
      {session.ttl != null && <p class="small faint">{words.idle_limit(number(session.ttl))}</p>}
      {policy && (
        <details class="rail-policy" onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{words.in_detail}</summary>
          <dl>
            {rows(policy).map(([part, value]) => (
              <div key={part}>
                <dt>{words.parts[part]}</dt>
                <dd>
                  {value}
                  <span class="small faint rail-origin">{words.origins[policy.origins[part]]}</span>
                </dd>
              </div>
            ))}
          </dl>
          {isOpen && <SessionRules sessionId={session.session_id} />}
        </details>
      )}
    </section>
  );
}

/** Ours by their titles, those of administrators by their names. */
export function presetTitle(name: string): string {
  const ours = t().new_session.presets as Readonly<Record<string, { title: string } | undefined>>;
  return ours[name]?.title ?? oneLine(name, 60);
}

/** The mode that needs no mention, because the preset is known for it. */
function usualMode({ permission_preset }: PolicyView): string {
  const modes: Readonly<Record<string, string>> = {
    "safe-readonly": "deny-all",
    "full-auto": "approve-all",
  };
  return modes[permission_preset] ?? "approve-reads";
}

function rows(policy: PolicyView): readonly (readonly [Part, ComponentChildren])[] {
  const words = t().policy;
  const tools = [...policy.allowed_tools, ...(policy.other_tools ? [words.other_tools] : [])];
  return [
    ["permission_preset", presetTitle(policy.permission_preset)],
    ["permissions", words.modes[policy.permissions]],
    ["allowed_tools", tools.length > 0 ? tools.join(", ") : words.no_tool],
    ["denied_tools", policy.denied_tools.length > 0 ? policy.denied_tools.join(", ") : "–"],
    ["auth_policy", words.auth[policy.auth_policy]],
    ["non_interactive_permissions", words.unasked[policy.non_interactive_permissions]],
    ["max_turns", policy.max_turns ? number(policy.max_turns) : words.no_limit],
  ];
}

/** Who sees to it that a session that may only read does nothing else. */
function Held({ session }: { session: SessionView }) {
  const words = t().policy;
  const { containment, containment_detail } = session;
  if (!containment) {
    return null;
  }
  return (
    <div class={`rail-held held-${containment}`} data-containment={containment}>
      <Icon name={containment === "policy" ? "alert" : "shield"} size={15} />
      <div>
        <p>{words.held[containment]}</p>
        {containment_detail && <p class="small faint">{oneLine(containment_detail, 400)}</p>}
      </div>
    </div>
  );
}
