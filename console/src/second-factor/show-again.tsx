/** Showing one's second factor again, before it is changed: with a passkey, or with a code. */

import { useRef, useState } from "preact/hooks";

import { askAgain } from "../api/passkeys";
import type { ShowSecondFactor } from "../api/types";
import { type Attempt, useAttempt } from "../app/answer";
import { t } from "../i18n";
import { Button } from "../ui/button";
import { knowsPasskeys, signWithPasskey } from "./browser-passkey";
import { CodeField } from "./parts";

/** What somebody has that they can show. */
export interface Ways {
  /** Whether there is an authenticator that makes codes. */
  codes: boolean;
  /** Whether there is a passkey for this address. */
  passkeys: boolean;
}

export const NOTHING: Ways = { codes: false, passkeys: false };

export interface Showing {
  code: string;
  setCode: (code: string) => void;
  /** Does it with the code that was typed, if there is anything to show. */
  attempt: Attempt;
  /** Does it with a passkey. */
  usePasskey: () => void;
}

/** Something that is done with what is shown for it. */
export function useShowing(
  act: (shown: ShowSecondFactor) => Promise<unknown>,
  isNeeded = true,
): Showing {
  const [code, setCode] = useState("");
  const withPasskey = useRef(false);
  const attempt = useAttempt(async () => {
    if (withPasskey.current) {
      return act({ passkey: await signWithPasskey((await askAgain()).options) });
    }
    return act(isNeeded ? { code } : {});
  });
  const run = (passkey: boolean) => {
    withPasskey.current = passkey;
    attempt.run();
  };
  return {
    code,
    setCode,
    attempt: { ...attempt, run: () => run(false) },
    usePasskey: () => run(true),
  };
}

interface ShowAgainProps {
  ways: Ways;
  showing: Showing;
  /** What the field for the code is called, if that has another name here. */
  label?: string;
  /** Whether everything else is filled in. */
  isReady?: boolean;
}

export function ShowAgain({ ways, showing, label, isReady = true }: ShowAgainProps) {
  const words = t().second_factor;
  const named = ways.codes ? (label ?? words.code) : t().passkeys.recovery_code;
  return (
    <>
      {ways.passkeys && knowsPasskeys() && (
        <div class="passkey-or">
          <Button
            icon="key"
            onClick={showing.usePasskey}
            busy={showing.attempt.isBusy}
            disabled={!isReady}
          >
            {t().passkeys.use}
          </Button>
          <span class="small faint">
            {ways.codes ? t().passkeys.or_code : t().passkeys.or_recovery}
          </span>
        </div>
      )}
      <CodeField
        label={named}
        {...(ways.codes ? { hint: words.recovery_hint } : {})}
        value={showing.code}
        onChange={showing.setCode}
      />
    </>
  );
}
