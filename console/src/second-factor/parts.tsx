/** What setting up a second factor shows, in the settings and on the way in. */

import "./second-factor.css";
import type { OfferedSecondFactor } from "../api/types";
import { t } from "../i18n";
import { Banner } from "../ui/bits";
import { Button } from "../ui/button";
import { CopyBlock, useCopy } from "../ui/copy";
import { TextField } from "../ui/field";
import { saveAs } from "../ui/save-as";
import { QrPicture } from "./qr-picture";

/** What the authenticator is to take over, and the code that proves it. */
export function Authenticator(props: {
  offer: OfferedSecondFactor;
  code: string;
  onCode: (code: string) => void;
}) {
  const words = t().second_factor;
  const { offer, code, onCode } = props;
  return (
    <div class="authenticator">
      <p>{words.scan}</p>
      <QrPicture text={offer.uri} label={words.picture} />
      <CopyBlock label={words.typed} text={inGroups(offer.secret)} />
      <CodeField
        label={words.first_code}
        hint={words.first_code_hint}
        value={code}
        onChange={onCode}
      />
    </div>
  );
}

/** Six digits, or what stands for them. */
export function CodeField(props: {
  label: string;
  hint?: string;
  value: string;
  onChange: (code: string) => void;
  /** Whether typing begins here when what holds it appears; it does unless this says otherwise. */
  first?: boolean;
}) {
  return (
    <TextField
      label={props.label}
      {...(props.hint === undefined ? {} : { hint: props.hint })}
      value={props.value}
      onChange={props.onChange}
      autoComplete="one-time-code"
      maxLength={32}
      mono
      required
      first={props.first ?? true}
    />
  );
}

/** Codes for whoever loses their authenticator, once. */
export function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  const words = t().second_factor;
  const [said, run] = useCopy();
  const text = codes.join("\n");
  return (
    <div class="recovery-codes">
      <Banner tone="warning">{words.codes_text}</Banner>
      <ul aria-label={words.codes}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div class="recovery-codes-take">
        <Button size="s" icon={said === "copied" ? "check" : "copy"} onClick={() => run(text)}>
          {said === "copied" ? t().common.copied : t().common.copy}
        </Button>
        <Button
          size="s"
          icon="download"
          onClick={() => saveAs("gantline-recovery-codes.txt", new Blob([`${text}\n`]))}
        >
          {words.save_codes}
        </Button>
      </div>
    </div>
  );
}

function inGroups(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(" ") ?? secret;
}
