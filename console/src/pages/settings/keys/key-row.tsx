/** One key: whose it is, where it leads, what it serves, whether it is any good. */

import { useState } from "preact/hooks";

import { testProviderKey } from "../../../api/house";
import type { KeyTrial, ProviderKeyView, TestedProviderKey } from "../../../api/types";
import { attempt } from "../../../app/problem";
import { t } from "../../../i18n";
import { date, duration } from "../../../i18n/format";
import { oneLine } from "../../../text/visible";
import { Ago, Badge, Banner, Foreign, type Tone } from "../../../ui/bits";
import { Button } from "../../../ui/button";
import { Icon } from "../../../ui/icon";
import { Menu, type MenuItem } from "../../../ui/menu";
import type { Place } from "./order";

/** What can be done with a key. */
export type KeyDeed = "edit" | "replace" | "first" | "last" | "switch" | "remove";

interface KeyRowProps {
  subject: ProviderKeyView;
  place: Place | null;
  onDeed: (deed: KeyDeed) => void;
  /** It was tried out, and the server remembers what came of it. */
  onTested: () => void;
}

const TONES: Readonly<Record<KeyTrial, Tone>> = {
  works: "working",
  rejected: "failed",
  limited: "needs",
  unclear: "needs",
  unreachable: "failed",
  forbidden: "failed",
};

export function KeyRow({ subject, place, onDeed, onTested }: KeyRowProps) {
  const words = t().keys;
  const [isTesting, setTesting] = useState(false);
  const [tested, setTested] = useState<TestedProviderKey | null>(null);
  const test = () => {
    setTesting(true);
    setTested(null);
    void attempt(async () => {
      setTested(await testProviderKey(subject.id));
      onTested();
    }).then(() => setTesting(false));
  };
  const isOff = subject.state === "disabled";
  const name = oneLine(subject.key_name);
  return (
    <li data-key={name}>
      <Icon name={isOff ? "ban" : "shield"} />
      <span class="settings-row-words">
        <span class="settings-row-title">
          <Foreign text={subject.provider} />
          <Badge>
            <Foreign text={subject.key_name} />
          </Badge>
          {isOff && <Badge tone="failed">{words.disabled}</Badge>}
          {subject.last_test && (
            <Badge tone={TONES[subject.last_test.result]}>
              {words.results[subject.last_test.result]}
            </Badge>
          )}
        </span>
        <span class="small faint">
          <Foreign text={subject.base_url} mono />
        </span>
        <Facts subject={subject} place={place} />
      </span>
      <Button size="s" icon="bolt" busy={isTesting} onClick={test}>
        {words.test}
        <span class="unseen"> {name}</span>
      </Button>
      <Menu label={words.deeds(name)} size="s" items={deeds(subject, place, onDeed)} />
      {tested && <Tested tested={tested} />}
    </li>
  );
}

function Facts({ subject, place }: { subject: ProviderKeyView; place: Place | null }) {
  const words = t().keys;
  const aliases = Object.keys(subject.aliases).length;
  return (
    <>
      {(subject.models || aliases > 0) && (
        <span class="small faint">
          {subject.models ? words.serves(subject.models.length) : words.serves_all}
          {aliases > 0 && <> · {words.other_names(aliases)}</>}
        </span>
      )}
      {place && <span class="small faint">{words.place(place.choice, place.share)}</span>}
      <span class="small faint">
        {subject.hint && (
          <>
            <span class="mono">…{oneLine(subject.hint)}</span> ·{" "}
          </>
        )}
        {words.stored} {date(subject.secret_set_at)}
        {subject.last_test && (
          <>
            {" · "}
            {words.tested} <Ago at={subject.last_test.at} />
          </>
        )}
      </span>
    </>
  );
}

/** What a trial has shown, in whole sentences. */
function Tested({ tested }: { tested: TestedProviderKey }) {
  const words = t().keys;
  const shown = tested.models.slice(0, 8).map((model) => oneLine(model, 60));
  const more = tested.models.length - shown.length;
  return (
    <div class="key-tested">
      <Banner tone={tested.success ? "info" : "error"}>
        <p>
          <strong>{words.results[tested.result]}</strong> · {duration(tested.duration_ms)}
        </p>
        <p class="small">{oneLine(tested.message, 400)}</p>
        {shown.length > 0 && (
          <p class="small mono foreign">
            {shown.join(", ")}
            {more > 0 && ` ${words.and_more(more)}`}
          </p>
        )}
      </Banner>
    </div>
  );
}

function deeds(
  subject: ProviderKeyView,
  place: Place | null,
  onDeed: (deed: KeyDeed) => void,
): (MenuItem | "line")[] {
  const words = t().keys;
  const isOff = subject.state === "disabled";
  const order: (MenuItem | "line")[] = [
    { label: words.use_first, icon: "arrow_up", onSelect: () => onDeed("first") },
    { label: words.use_last, icon: "arrow_down", onSelect: () => onDeed("last") },
    "line",
  ];
  return [
    { label: words.edit, icon: "edit", onSelect: () => onDeed("edit") },
    { label: words.replace, icon: "refresh", onSelect: () => onDeed("replace") },
    "line",
    ...(place === null ? [] : order),
    {
      label: isOff ? words.enable : words.disable,
      icon: isOff ? "check" : "ban",
      onSelect: () => onDeed("switch"),
    },
    { label: words.remove, icon: "trash", danger: true, onSelect: () => onDeed("remove") },
  ];
}
