/** One's own passkeys: added, renamed, removed. */

import { useState } from "preact/hooks";

import { addPasskey, beginPasskey, removePasskey, renamePasskey } from "../../api/passkeys";
import type { Passkeys, PasskeyView } from "../../api/types";
import { type Loaded, useAttempt } from "../../app/answer";
import { FormDialog } from "../../app/form-dialog";
import { ProblemNote } from "../../app/problem";
import { t } from "../../i18n";
import { knowsPasskeys, makePasskey } from "../../second-factor/browser-passkey";
import { ShowAgain, useShowing, type Ways } from "../../second-factor/show-again";
import { oneLine } from "../../text/visible";
import { Ago, Badge, Banner, Foreign, Section, Skeleton } from "../../ui/bits";
import { Button } from "../../ui/button";
import { TextField } from "../../ui/field";
import { Icon } from "../../ui/icon";
import { toast } from "../../ui/toast";
import { browserName } from "./browser-name";

const LONGEST_NAME = 64;

interface PasskeyListProps {
  loaded: Loaded<Passkeys>;
  /** What is there to be shown before anything is changed. */
  ways: Ways;
  /** Whether there is any second factor, which is shown before another one is added. */
  hasOne: boolean;
  /** Whether the last second factor has to stay. */
  isDemanded: boolean;
  onChange: () => void;
  onCodes: (codes: readonly string[]) => void;
}

export function PasskeyList(props: PasskeyListProps) {
  const { ways, hasOne, onChange } = props;
  const { value, error } = props.loaded;
  const words = t().passkeys;
  const [isAdding, setAdding] = useState(false);
  const [renamed, setRenamed] = useState<PasskeyView | null>(null);
  const [doomed, setDoomed] = useState<PasskeyView | null>(null);
  const isLast = !ways.codes && value?.passkeys.length === 1;
  const mayRemove = !(isLast && props.isDemanded);
  const done = () => {
    setAdding(false);
    setRenamed(null);
    setDoomed(null);
    onChange();
  };
  return (
    <Section
      title={words.title}
      aside={
        value?.domain &&
        knowsPasskeys() && (
          <Button size="s" icon="plus" onClick={() => setAdding(true)}>
            {words.add}
          </Button>
        )
      }
    >
      <p class="faint">{words.text}</p>
      <ProblemNote error={error} />
      {!value && !error && <Skeleton lines={1} />}
      {value && <Missing value={value} />}
      {value && (
        <ul class="card settings-rows" data-passkeys={value.passkeys.length}>
          {value.passkeys.length === 0 && (
            <li>
              <Icon name="key" />
              <span class="settings-row-words">
                <span class="settings-row-title">{words.none}</span>
              </span>
            </li>
          )}
          {value.passkeys.map((passkey) => (
            <PasskeyRow
              key={passkey.passkey_id}
              passkey={passkey}
              domain={value.domain}
              rename={() => setRenamed(passkey)}
              {...(mayRemove ? { remove: () => setDoomed(passkey) } : {})}
            />
          ))}
        </ul>
      )}
      {isAdding && (
        <Add
          ways={ways}
          hasOne={hasOne}
          onClose={() => setAdding(false)}
          onDone={(codes) => {
            done();
            props.onCodes(codes);
          }}
        />
      )}
      {renamed && <Rename passkey={renamed} onClose={() => setRenamed(null)} onDone={done} />}
      {doomed && (
        <Remove
          passkey={doomed}
          ways={ways}
          isLast={isLast}
          onClose={() => setDoomed(null)}
          onDone={done}
        />
      )}
    </Section>
  );
}

/** Why there are none here, and where there are. */
function Missing({ value }: { value: Passkeys }) {
  const words = t().passkeys;
  if (!value.problem) {
    return knowsPasskeys() ? null : <Banner tone="info">{words.unsupported}</Banner>;
  }
  const instead = value.instead ? words.missing_at(oneLine(value.instead)) : words.missing_ask;
  return (
    <Banner tone="info">
      <p>{words.missing[value.problem] ?? words.unsupported}</p>
      <p class="small">{instead}</p>
    </Banner>
  );
}

interface PasskeyRowProps {
  passkey: PasskeyView;
  /** The domain of this page, if there are passkeys for it. */
  domain: string | null | undefined;
  rename: () => void;
  remove?: () => void;
}

function PasskeyRow({ passkey, domain, rename, remove }: PasskeyRowProps) {
  const words = t().passkeys;
  return (
    <li data-passkey={passkey.name}>
      <Icon name="key" />
      <span class="settings-row-words">
        <span class="settings-row-title">
          <Foreign text={passkey.name} />
          {passkey.domain !== domain && (
            <Badge tone="idle">{words.for_domain(oneLine(passkey.domain))}</Badge>
          )}
        </span>
        <span class="small faint">
          {words.made} <Ago at={passkey.created_at} /> ·{" "}
          {passkey.last_used_at ? (
            <>
              {words.last_used} <Ago at={passkey.last_used_at} />
            </>
          ) : (
            words.never_used
          )}
        </span>
      </span>
      <span class="settings-row-actions">
        <Button size="s" onClick={rename}>
          {words.rename}
        </Button>
        {remove && (
          <Button size="s" look="danger" onClick={remove}>
            {words.remove}
          </Button>
        )}
      </span>
    </li>
  );
}

interface AddProps {
  ways: Ways;
  hasOne: boolean;
  onClose: () => void;
  onDone: (codes: readonly string[]) => void;
}

function Add({ ways, hasOne, onClose, onDone }: AddProps) {
  const words = t().passkeys;
  const [name, setName] = useState(() => browserName(navigator.userAgent) ?? "");
  const [password, setPassword] = useState("");
  const showing = useShowing(async (shown) => {
    const asked = await beginPasskey({ password, ...shown });
    const added = await addPasskey(name, await makePasskey(asked.options));
    toast({ tone: "good", text: words.added });
    onDone(added.recovery_codes ?? []);
  }, hasOne);
  const isReady = name.trim() !== "" && password !== "";
  return (
    <FormDialog
      id="passkey-new"
      title={words.add_title}
      submit={words.add}
      attempt={showing.attempt}
      isComplete={isReady && (!hasOne || showing.code !== "")}
      onClose={onClose}
      width="s"
    >
      <p>{words.add_text}</p>
      <TextField
        label={words.name}
        hint={words.name_hint}
        value={name}
        onChange={setName}
        maxLength={LONGEST_NAME}
      />
      <TextField
        label={words.password}
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        first
      />
      {hasOne && <ShowAgain ways={ways} showing={showing} isReady={isReady} />}
    </FormDialog>
  );
}

interface OneProps {
  passkey: PasskeyView;
  onClose: () => void;
  onDone: () => void;
}

function Rename({ passkey, onClose, onDone }: OneProps) {
  const words = t().passkeys;
  const [name, setName] = useState(passkey.name);
  const renaming = useAttempt(async () => {
    await renamePasskey(passkey.passkey_id, name);
    onDone();
  });
  return (
    <FormDialog
      id="passkey-name"
      title={words.rename_title}
      submit={words.save}
      attempt={renaming}
      isComplete={name.trim() !== ""}
      onClose={onClose}
      width="s"
    >
      <TextField
        label={words.name}
        value={name}
        onChange={setName}
        maxLength={LONGEST_NAME}
        first
      />
    </FormDialog>
  );
}

function Remove({
  passkey,
  ways,
  isLast,
  onClose,
  onDone,
}: OneProps & { ways: Ways; isLast: boolean }) {
  const words = t().passkeys;
  const showing = useShowing(async (shown) => {
    await removePasskey(passkey.passkey_id, shown);
    toast({ tone: "good", text: words.removed });
    onDone();
  });
  return (
    <FormDialog
      id="passkey-gone"
      title={words.remove_title(oneLine(passkey.name))}
      submit={words.remove}
      attempt={showing.attempt}
      isComplete={showing.code !== ""}
      onClose={onClose}
      width="s"
      danger
    >
      <p>{words.remove_text}</p>
      {isLast && <p>{words.remove_last}</p>}
      <ShowAgain ways={ways} showing={showing} />
    </FormDialog>
  );
}
