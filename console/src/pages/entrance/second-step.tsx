/** What comes after a right password: a code, or setting up what makes codes. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import {
  addPasskeyOnTheWayIn,
  askOnTheWayIn,
  beginPasskeyOnTheWayIn,
  secondStep,
  showPasskey,
} from "../../api/passkeys";
import { Refused } from "../../api/request";
import { beginOnTheWayIn, confirmOnTheWayIn, giveCode } from "../../api/second-factor";
import type {
  OfferedSecondFactor,
  SecondStepView,
  SignedInWithSecondFactor,
} from "../../api/types";
import { arrive, startOver } from "../../app/account";
import { useAnswer, useAttempt } from "../../app/answer";
import { ProblemNote } from "../../app/problem";
import { t } from "../../i18n";
import { knowsPasskeys, makePasskey, signWithPasskey } from "../../second-factor/browser-passkey";
import { Authenticator, CodeField, RecoveryCodes } from "../../second-factor/parts";
import { Skeleton } from "../../ui/bits";
import { Button } from "../../ui/button";
import { browserName } from "../settings/browser-name";

/** The server's word for a sign-in that has ended: the password is asked for again. */
const OVER = "sign_in_over";

export function ShowStep() {
  const { value: ways, error } = useAnswer(secondStep);
  useStartOver(error);
  if (ways) {
    return <Show ways={ways} />;
  }
  return (
    <div class="entrance-form">
      <h1>{t().second_factor.step_title}</h1>
      <ProblemNote error={error} />
      {!error && <Skeleton lines={4} />}
      <Back />
    </div>
  );
}

function Show({ ways }: { ways: SecondStepView }) {
  const words = t().second_factor;
  const [code, setCode] = useState("");
  const giving = useAttempt(async () => arrive(await giveCode(code)));
  const showing = useAttempt(async () => {
    const { options } = await askOnTheWayIn();
    arrive(await showPasskey(await signWithPasskey(options)));
  });
  const [last, setLast] = useState<"code" | "passkey">("code");
  const error = last === "code" ? giving.error : showing.error;
  useStartOver(error);
  const hasPasskey = ways.passkeys && knowsPasskeys();
  const passkeyButton = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    (passkeyButton.current ?? document.querySelector<HTMLElement>("[data-first]"))?.focus();
  }, []);
  return (
    <form
      class="entrance-form"
      onSubmit={(event) => {
        event.preventDefault();
        setLast("code");
        giving.run();
      }}
    >
      <h1>{words.step_title}</h1>
      <p class="faint">{whatToShow(ways, hasPasskey)}</p>
      <ProblemNote error={error} />
      {hasPasskey && (
        <>
          <Button
            look="primary"
            icon="key"
            busy={showing.isBusy}
            buttonRef={passkeyButton}
            onClick={() => {
              setLast("passkey");
              showing.run();
            }}
          >
            {t().passkeys.use}
          </Button>
          <p class="entrance-or small faint">
            {ways.codes ? t().passkeys.or_code : t().passkeys.or_recovery}
          </p>
        </>
      )}
      <CodeField
        label={ways.codes ? words.code : t().passkeys.recovery_code}
        {...(ways.codes ? { hint: words.step_hint } : {})}
        value={code}
        onChange={setCode}
        first={!hasPasskey}
      />
      <Button look={hasPasskey ? "secondary" : "primary"} type="submit" busy={giving.isBusy}>
        {t().entrance.sign_in}
      </Button>
      <Back />
      <p class="small faint">{ways.passkeys ? t().passkeys.step_lost : words.step_lost}</p>
    </form>
  );
}

function whatToShow(ways: SecondStepView, hasPasskey: boolean): string {
  const words = t().passkeys;
  if (hasPasskey) {
    return ways.codes ? words.step_text_both : words.step_text;
  }
  if (ways.codes) {
    return t().second_factor.step_text;
  }
  return ways.passkeys ? words.unsupported : words.step_text_recovery;
}

export function SetUpStep() {
  const words = t().second_factor;
  const { value: offer, error } = useAnswer(beginOnTheWayIn);
  const [done, setDone] = useState<SignedInWithSecondFactor | null>(null);
  useStartOver(error);
  if (done) {
    return (
      <div class="entrance-form">
        <h1>{words.codes_title}</h1>
        <RecoveryCodes codes={done.recovery_codes} />
        <Button look="primary" onClick={() => arrive(done)}>
          {words.kept}
        </Button>
      </div>
    );
  }
  return (
    <div class="entrance-form">
      <h1>{words.must_title}</h1>
      <p class="faint">{words.must_text}</p>
      <ProblemNote error={error} />
      {offer ? <Proof offer={offer} onDone={setDone} /> : !error && <Skeleton lines={6} />}
      {offer && knowsPasskeys() && <PasskeyInstead onDone={setDone} />}
      <Back />
    </div>
  );
}

interface ProofProps {
  offer: OfferedSecondFactor;
  onDone: (done: SignedInWithSecondFactor) => void;
}

function Proof({ offer, onDone }: ProofProps) {
  const [code, setCode] = useState("");
  const { isBusy, error, run } = useAttempt(async () => onDone(await confirmOnTheWayIn(code)));
  useStartOver(error);
  return (
    <form
      class="entrance-form"
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
    >
      <ProblemNote error={error} />
      <Authenticator offer={offer} code={code} onCode={setCode} />
      <Button look="primary" type="submit" busy={isBusy}>
        {t().second_factor.confirm}
      </Button>
    </form>
  );
}

/** A passkey in the place of an app. */
function PasskeyInstead({ onDone }: { onDone: (done: SignedInWithSecondFactor) => void }) {
  const words = t().passkeys;
  const { isBusy, error, run } = useAttempt(async () => {
    const { options } = await beginPasskeyOnTheWayIn();
    const name = browserName(navigator.userAgent) ?? words.one;
    onDone(await addPasskeyOnTheWayIn(name, await makePasskey(options)));
  });
  useStartOver(error);
  return (
    <>
      <p class="entrance-or small faint">{words.or_without_app}</p>
      <ProblemNote error={error} />
      <Button icon="key" busy={isBusy} onClick={run}>
        {words.add}
      </Button>
    </>
  );
}

function Back() {
  return (
    <Button look="ghost" onClick={() => void startOver("none")}>
      {t().second_factor.another_account}
    </Button>
  );
}

/** Back to the password, when the server knows nothing of this sign-in any more. */
function useStartOver(error: unknown): void {
  const isOver = error instanceof Refused && error.code === OVER;
  useEffect(() => {
    if (isOver) {
      void startOver("step_over");
    }
  }, [isOver]);
}
