/** Providers with which one signs in. */

import { useState } from "preact/hooks";

import { authCheck } from "../../api/auth";
import { identities, linkWith, unlinkIdentity } from "../../api/single-sign-on";
import type { IdentityView } from "../../api/types";
import { useAnswer } from "../../app/answer";
import { attempt, ProblemNote, toastProblem } from "../../app/problem";
import { t } from "../../i18n";
import { oneLine } from "../../text/visible";
import { Ago, Foreign, Section } from "../../ui/bits";
import { Button } from "../../ui/button";
import { Confirm } from "../../ui/dialog";
import { Icon } from "../../ui/icon";

const ask = async () => {
  const [check, own] = await Promise.all([authCheck(), identities()]);
  return { providers: check.providers ?? [], own: own.identities };
};

/** Nothing where there is no provider and nothing was ever linked. */
export function IdentitySettings() {
  const words = t().single_sign_on;
  const { value, error, reload } = useAnswer(ask);
  const [leaving, setLeaving] = useState<IdentityView | null>(null);
  if (!error && (!value || value.providers.length + value.own.length === 0)) {
    return null;
  }
  const linked = new Set(value?.own.map((one) => one.provider));
  return (
    <Section title={words.title}>
      <p class="faint">{words.text}</p>
      <ProblemNote error={error} />
      <ul class="card settings-rows" data-identities>
        {value?.own.map((one) => (
          <li key={one.identity_id}>
            <Icon name="globe" />
            <span class="settings-row-words">
              <span class="settings-row-title">
                <Foreign text={one.provider} />
              </span>
              <span class="small faint">
                <Foreign text={one.shown} /> · {words.since} <Ago at={one.created_at} />
                {one.role_from === "provider" && ` · ${words.role_from_there}`}
              </span>
            </span>
            <Button size="s" look="danger" onClick={() => setLeaving(one)}>
              {words.unlink}
            </Button>
          </li>
        ))}
        {value?.providers
          .filter((one) => !linked.has(one.name))
          .map((one) => (
            <li key={one.provider_id}>
              <Icon name="globe" />
              <span class="settings-row-words">
                <span class="settings-row-title">
                  <Foreign text={one.name} />
                </span>
                <span class="small faint">{words.none}</span>
              </span>
              <Button
                size="s"
                onClick={() => {
                  linkWith(one.provider_id).then(({ url }) => location.assign(url), toastProblem);
                }}
              >
                {words.link(oneLine(one.name))}
              </Button>
            </li>
          ))}
      </ul>
      {leaving && (
        <Confirm
          title={words.unlink_title(oneLine(leaving.provider))}
          confirm={words.unlink}
          danger
          onClose={() => setLeaving(null)}
          onConfirm={() => {
            void attempt(() => unlinkIdentity(leaving.identity_id)).then(() => {
              setLeaving(null);
              reload();
            });
          }}
        >
          <p>{words.unlink_text}</p>
        </Confirm>
      )}
    </Section>
  );
}
