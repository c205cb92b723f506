/** One's own second factor: switched on, moved to another authenticator, switched off. */

import { useState } from "preact/hooks";

import { passkeys } from "../../api/passkeys";
import {
  beginSecondFactor,
  confirmSecondFactor,
  removeSecondFactor,
  renewRecoveryCodes,
  secondFactor,
} from "../../api/second-factor";
import type { OfferedSecondFactor, SecondFactorView } from "../../api/types";
import { useAnswer, useAttempt } from "../../app/answer";
import { FormDialog } from "../../app/form-dialog";
import { ProblemNote } from "../../app/problem";
import { t } from "../../i18n";
import { dateTime } from "../../i18n/format";
import { Authenticator, RecoveryCodes } from "../../second-factor/parts";
import { NOTHING, ShowAgain, useShowing, type Ways } from "../../second-factor/show-again";
import { oneLine } from "../../text/visible";
import { Ago, Banner, Section, Skeleton } from "../../ui/bits";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { TextField } from "../../ui/field";
import { Icon } from "../../ui/icon";
import { PasskeyList } from "./passkeys";

type Doing = "setting_up" | "renewing" | "removing" | null;

/** From here on it is time to make new ones. */
const FEW_CODES = 3;

export function SecondFactor() {
  const words = t().second_factor;
  const own = useAnswer(secondFactor);
  const keys = useAnswer(passkeys);
  const [doing, setDoing] = useState<Doing>(null);
  const [codes, setCodes] = useState<readonly string[]>([]);
  const { value, error } = own;
  const domain = keys.value?.domain;
  const ways: Ways = value
    ? {
        codes: value.since !== undefined,
        passkeys: keys.value?.passkeys.some((passkey) => passkey.domain === domain) ?? false,
      }
    : NOTHING;
  const hasOne = ways.codes || (value?.passkeys ?? 0) > 0;
  const changed = () => {
    own.reload();
    keys.reload();
  };
  const done = () => {
    setDoing(null);
    changed();
  };
  return (
    <>
      <Section
        title={words.title}
        aside={
          value && (
            <Button
              size="s"
              icon={ways.codes ? "swap" : "plus"}
              onClick={() => setDoing("setting_up")}
            >
              {ways.codes ? words.replace : words.set_up}
            </Button>
          )
        }
      >
        <p class="faint">
          {words.text} {value?.demand === "required" && words.demanded}
        </p>
        <ProblemNote error={error} />
        {!value && !error && <Skeleton lines={1} />}
        {value?.reset && (
          <Banner tone="warning">
            {words.was_reset(oneLine(value.reset.by_name), dateTime(value.reset.at))}
          </Banner>
        )}
        {value && <Standing value={value} hasOne={hasOne} act={setDoing} />}
        {doing === "setting_up" && <SetUp ways={ways} hasOne={hasOne} onClose={done} />}
        {doing === "renewing" && <Renew ways={ways} onClose={done} />}
        {doing === "removing" && (
          <Remove ways={ways} isLast={value?.passkeys === 0} onClose={done} />
        )}
        {codes.length > 0 && <Codes codes={codes} onClose={() => setCodes([])} />}
      </Section>
      <PasskeyList
        loaded={keys}
        ways={ways}
        hasOne={hasOne}
        isDemanded={value?.demand === "required"}
        onChange={changed}
        onCodes={setCodes}
      />
    </>
  );
}

interface StandingProps {
  value: SecondFactorView;
  hasOne: boolean;
  act: (doing: Doing) => void;
}

function Standing({ value, hasOne, act }: StandingProps) {
  const words = t().second_factor;
  const isOn = value.since !== undefined;
  // The last second factor stays where everybody must have one.
  const mayRemove = isOn && (value.demand === "optional" || (value.passkeys ?? 0) > 0);
  return (
    <>
      {hasOne && value.recovery_codes_left < FEW_CODES && (
        <Banner tone="warning">{words.few_codes}</Banner>
      )}
      <ul class="card settings-rows" data-second-factor={isOn ? "on" : "off"}>
        <li>
          <Icon name="shield" />
          <span class="settings-row-words">
            <span class="settings-row-title">{isOn ? words.on : words.off}</span>
            {value.since && (
              <span class="small faint">
                {words.since} <Ago at={value.since} />
              </span>
            )}
          </span>
          {mayRemove && (
            <Button size="s" look="danger" onClick={() => act("removing")}>
              {words.remove}
            </Button>
          )}
        </li>
        {hasOne && (
          <li data-recovery-codes={value.recovery_codes_left}>
            <Icon name="list" />
            <span class="settings-row-words">
              <span class="settings-row-title">{words.codes}</span>
              <span class="small faint">{words.codes_left(value.recovery_codes_left)}</span>
            </span>
            <Button size="s" onClick={() => act("renewing")}>
              {words.renew}
            </Button>
          </li>
        )}
      </ul>
    </>
  );
}

/** First that it is its owner, then the proof by a code, at last the codes for emergencies. */
function SetUp({ ways, hasOne, onClose }: { ways: Ways; hasOne: boolean; onClose: () => void }) {
  const words = t().second_factor;
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [offer, setOffer] = useState<OfferedSecondFactor | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const beginning = useShowing(async (shown) => {
    setOffer(await beginSecondFactor({ password, ...shown }));
  }, hasOne);
  const confirming = useAttempt(async () => {
    setCodes((await confirmSecondFactor(code)).recovery_codes);
  });
  const title = ways.codes ? words.replace_title : words.set_up_title;
  if (codes) {
    return <Codes codes={codes} onClose={onClose} />;
  }
  if (offer) {
    return (
      <FormDialog
        key="proof"
        id="second-factor-proof"
        title={title}
        submit={words.confirm}
        attempt={confirming}
        isComplete={code !== ""}
        onClose={onClose}
        width="s"
      >
        <Authenticator offer={offer} code={code} onCode={setCode} />
      </FormDialog>
    );
  }
  return (
    <FormDialog
      key="owner"
      id="second-factor-owner"
      title={title}
      submit={words.go_on}
      attempt={beginning.attempt}
      isComplete={password !== "" && (!hasOne || beginning.code !== "")}
      onClose={onClose}
      width="s"
    >
      <TextField
        label={words.password}
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        first
      />
      {hasOne && (
        <ShowAgain
          ways={ways}
          showing={beginning}
          label={words.present_code}
          isReady={password !== ""}
        />
      )}
    </FormDialog>
  );
}

function Renew({ ways, onClose }: { ways: Ways; onClose: () => void }) {
  const words = t().second_factor;
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const renewing = useShowing(async (shown) => {
    setCodes((await renewRecoveryCodes(shown)).recovery_codes);
  });
  if (codes) {
    return <Codes codes={codes} onClose={onClose} />;
  }
  return (
    <FormDialog
      id="recovery-codes"
      title={words.renew}
      submit={words.renew}
      attempt={renewing.attempt}
      isComplete={renewing.code !== ""}
      onClose={onClose}
      width="s"
    >
      <p>{words.renew_text}</p>
      <ShowAgain ways={ways} showing={renewing} />
    </FormDialog>
  );
}

interface RemoveProps {
  ways: Ways;
  isLast: boolean;
  onClose: () => void;
}

function Remove({ ways, isLast, onClose }: RemoveProps) {
  const words = t().second_factor;
  const removing = useShowing(async (shown) => {
    await removeSecondFactor(shown);
    onClose();
  });
  return (
    <FormDialog
      id="second-factor-off"
      title={words.remove}
      submit={words.remove}
      attempt={removing.attempt}
      isComplete={removing.code !== ""}
      onClose={onClose}
      width="s"
      danger
    >
      <p>{isLast ? words.remove_text : words.remove_text_passkeys}</p>
      <ShowAgain ways={ways} showing={removing} />
    </FormDialog>
  );
}

function Codes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const words = t().second_factor;
  return (
    <Dialog
      title={words.codes_title}
      onClose={onClose}
      footer={
        <Button look="primary" onClick={onClose}>
          {words.kept}
        </Button>
      }
    >
      <RecoveryCodes codes={codes} />
    </Dialog>
  );
}
