/** What comes after a right password: a code, or setting up what makes codes. */

import { useEffect, useState } from "preact/hooks";
import { Refused } from "../../api/request";
import { beginOnTheWayIn, confirmOnTheWayIn, giveCode } from "../../api/second-factor";
import type { OfferedSecondFactor, SignedInWithSecondFactor } from "../../api/types";
import { arrive, startOver } from "../../app/account";
import { useAnswer, useAttempt } from "../../app/answer";
import { ProblemNote } from "../../app/problem";
import { t } from "../../i18n";
import { Authenticator, CodeField, RecoveryCodes } from "../../second-factor/parts";
import { Skeleton } from "../../ui/bits";
import { Button } from "../../ui/button";

/** The server's word for a sign-in that has ended: the password is asked for again. */
const OVER = "sign_in_over";

export function CodeStep() {
  const words = t().second_factor;
  const [code, setCode] = useState("");
  const { isBusy, error, run } = useAttempt(async () => arrive(await giveCode(code)));
  useStartOver(error);
  return (
    <form
      class="entrance-form"
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
    >
      <h1>{words.step_title}</h1>
      <p class="faint">{words.step_text}</p>
      <ProblemNote error={error} />
      <CodeField label={words.code} hint={words.step_hint} value={code} onChange={setCode} />
      <Button look="primary" type="submit" busy={isBusy}>
        {t().entrance.sign_in}
      </Button>
      <Back />
      <p class="small faint">{words.step_lost}</p>
    </form>
  );
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
