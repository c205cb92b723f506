/** Browsers that are signed in. */

import { endLogin, logins } from "../../api/auth";
import type { LoginView } from "../../api/types";
import { useAnswer } from "../../app/answer";
import { attempt, ProblemNote } from "../../app/problem";
import { t } from "../../i18n";
import { dateTime } from "../../i18n/format";
import { Ago, Badge, Section, Skeleton } from "../../ui/bits";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icon";
import { browserName } from "./browser-name";

export function LoginSettings() {
  const words = t().settings;
  const { value, error, reload } = useAnswer(logins);
  const end = (login: LoginView) => {
    void attempt(() => endLogin(login.login_id)).then(reload);
  };
  return (
    <Section title={words.sections.logins}>
      <p class="faint">{words.logins_text}</p>
      <ProblemNote error={error} />
      {!value && !error && <Skeleton lines={4} />}
      {value && (
        <ul class="card settings-rows">
          {value.logins.map((login) => (
            <li key={login.login_id}>
              <Icon name="globe" />
              <span class="settings-row-words">
                <span class="settings-row-title">
                  {browserName(login.user_agent) ?? words.unknown_browser}
                  {login.current && <Badge tone="brand">{words.this_browser}</Badge>}
                </span>
                <span class="small faint">
                  {words.last_used} <Ago at={login.last_used_at} /> · {words.since}{" "}
                  {dateTime(login.created_at)}
                </span>
              </span>
              {!login.current && (
                <Button size="s" look="danger" onClick={() => end(login)}>
                  {words.end_login}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
