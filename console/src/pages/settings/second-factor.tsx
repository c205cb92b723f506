/** One's own second factor: switched on, moved to another authenticator, switched off. */

import { useState } from "preact/hooks";

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
import { Authenticator, CodeField, RecoveryCodes } from "../../second-factor/parts";
import { oneLine } from "../../text/visible";
import { Ago, Banner, Section, Skeleton } from "../../ui/bits";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { TextField } from "../../ui/field";
import { Icon } from "../../ui/icon";

type Doing = "setting_up" | "renewing" | "removing" | null;

/** From here on it is time to make new ones. */
const FEW_CODES = 3;

export function SecondFactor() {
  const words = t().second_factor;
  const { value, error, reload } = useAnswer(secondFactor);
  const [doing, setDoing] = useState<Doing>(null);
  const isOn = value?.since !== undefined;
  const done = () => {
    setDoing(null);
    reload();
  };
  return (
    <Section
      title={words.title}
      aside={
        value && (
          <Button size="s" icon={isOn ? "swap" : "plus"} onClick={() => setDoing("setting_up")}>
            {isOn ? words.replace : words.set_up}
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
      {value && <Standing value={value} act={setDoing} />}
      {doing === "setting_up" && <SetUp isReplacing={isOn} onClose={done} />}
      {doing === "renewing" && <Renew onClose={done} />}
      {doing === "removing" && <Remove onClose={done} />}
    </Section>
  );
}

function Standing({ value, act }: { value: SecondFactorView; act: (doing: Doing) => void }) {
  const words = t().second_factor;
  if (!value.since) {
    return (
      <ul class="card settings-rows" data-second-factor="off">
        <li>
          <Icon name="shield" />
          <span class="settings-row-words">
            <span class="settings-row-title">{words.off}</span>
          </span>
        </li>
      </ul>
    );
  }
  return (
    <>
      {value.recovery_codes_left < FEW_CODES && <Banner tone="warning">{words.few_codes}</Banner>}
      <ul class="card settings-rows" data-second-factor="on">
        <li>
          <Icon name="shield" />
          <span class="settings-row-words">
            <span class="settings-row-title">{words.on}</span>
            <span class="small faint">
              {words.since} <Ago at={value.since} /> · {words.codes_left(value.recovery_codes_left)}
            </span>
          </span>
          <Button size="s" onClick={() => act("renewing")}>
            {words.renew}
          </Button>
          {value.demand === "optional" && (
            <Button size="s" look="danger" onClick={() => act("removing")}>
              {words.remove}
            </Button>
          )}
        </li>
      </ul>
    </>
  );
}

/** First that it is its owner, then the proof by a code, at last the codes for emergencies. */
function SetUp({ isReplacing, onClose }: { isReplacing: boolean; onClose: () => void }) {
  const words = t().second_factor;
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [offer, setOffer] = useState<OfferedSecondFactor | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const beginning = useAttempt(async () => {
    setOffer(await beginSecondFactor({ password, ...(isReplacing ? { code } : {}) }));
    setCode("");
  });
  const confirming = useAttempt(async () => {
    setCodes((await confirmSecondFactor(code)).recovery_codes);
  });
  const title = isReplacing ? words.replace_title : words.set_up_title;
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
      attempt={beginning}
      isComplete={password !== "" && (!isReplacing || code !== "")}
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
      {isReplacing && (
        <CodeField
          label={words.present_code}
          hint={words.recovery_hint}
          value={code}
          onChange={setCode}
        />
      )}
    </FormDialog>
  );
}

function Renew({ onClose }: { onClose: () => void }) {
  const words = t().second_factor;
  const [code, setCode] = useState("");
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const renewing = useAttempt(async () => {
    setCodes((await renewRecoveryCodes(code)).recovery_codes);
  });
  if (codes) {
    return <Codes codes={codes} onClose={onClose} />;
  }
  return (
    <FormDialog
      id="recovery-codes"
      title={words.renew}
      submit={words.renew}
      attempt={renewing}
      isComplete={code !== ""}
      onClose={onClose}
      width="s"
    >
      <p>{words.renew_text}</p>
      <CodeField label={words.code} hint={words.recovery_hint} value={code} onChange={setCode} />
    </FormDialog>
  );
}

function Remove({ onClose }: { onClose: () => void }) {
  const words = t().second_factor;
  const [code, setCode] = useState("");
  const removing = useAttempt(async () => {
    await removeSecondFactor(code);
    onClose();
  });
  return (
    <FormDialog
      id="second-factor-off"
      title={words.remove}
      submit={words.remove}
      attempt={removing}
      isComplete={code !== ""}
      onClose={onClose}
      width="s"
      danger
    >
      <p>{words.remove_text}</p>
      <CodeField label={words.code} hint={words.recovery_hint} value={code} onChange={setCode} />
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
