/** Who one is, and the password. */

import { useState } from "preact/hooks";

import { changePassword } from "../../api/auth";
import { leave } from "../../app/account";
import { useAttempt } from "../../app/answer";
import { ProblemNote, toastProblem } from "../../app/problem";
import { user } from "../../app/state";
import { t } from "../../i18n";
import { Foreign, Section } from "../../ui/bits";
import { Button } from "../../ui/button";
import { TextField } from "../../ui/field";
import { toast } from "../../ui/toast";
import { IdentitySettings } from "./identities";
import { SecondFactor } from "./second-factor";

const SHORTEST = 8;

export function AccountSettings() {
  const words = t().settings;
  const account = user.value;
  return (
    <>
      <Section
        title={words.profile}
        aside={
          <Button size="s" icon="sign_out" onClick={() => void leave().catch(toastProblem)}>
            {t().actions.sign_out}
          </Button>
        }
      >
        <dl class="card settings-facts">
          <dt>{words.name}</dt>
          <dd>
            <Foreign text={account?.display_name ?? ""} />
          </dd>
          <dt>{words.username}</dt>
          <dd>
            <Foreign text={account?.username ?? ""} mono />
          </dd>
          <dt>{words.role}</dt>
          <dd>{account && words.roles[account.role]}</dd>
        </dl>
      </Section>
      <Section title={words.password}>
        <PasswordForm />
      </Section>
      <SecondFactor />
      <IdentitySettings />
    </>
  );
}

function PasswordForm() {
  const words = t().settings;
  const [current, setCurrent] = useState("");
  const [fresh, setFresh] = useState("");
  const [again, setAgain] = useState("");
  const isShort = fresh !== "" && fresh.length < SHORTEST;
  const differs = again !== "" && again !== fresh;
  const { isBusy, error, run } = useAttempt(async () => {
    await changePassword(current, fresh);
    setCurrent("");
    setFresh("");
    setAgain("");
    toast({ tone: "good", text: words.password_changed });
  });
  const canSend = current !== "" && fresh !== "" && again !== "" && !isShort && !differs;
  return (
    <form
      class="settings-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (canSend) {
          run();
        }
      }}
    >
      <ProblemNote error={error} />
      {/* Tells password keepers whose password this is. */}
      <input
        type="text"
        autocomplete="username"
        value={user.value?.username ?? ""}
        readonly
        hidden
      />
      <TextField
        label={words.current_password}
        type="password"
        autoComplete="current-password"
        value={current}
        onChange={setCurrent}
      />
      <TextField
        label={words.new_password}
        type="password"
        autoComplete="new-password"
        value={fresh}
        onChange={setFresh}
        maxLength={256}
        hint={words.password_hint}
        error={isShort ? words.password_short : null}
      />
      <TextField
        label={words.again}
        type="password"
        autoComplete="new-password"
        value={again}
        onChange={setAgain}
        error={differs ? words.differs : null}
      />
      <p class="small faint">{words.password_effect}</p>
      <Button look="primary" type="submit" busy={isBusy} disabled={!canSend}>
        {words.change_password}
      </Button>
    </form>
  );
}
