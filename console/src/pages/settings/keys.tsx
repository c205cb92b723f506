/** Keys of LLM providers: sealed on the server, never shown again. */

import "./keys/keys.css";
import { useState } from "preact/hooks";

import { changeProviderKey, deleteProviderKey, providerKeys } from "../../api/house";
import type { ChangeProviderKey, ProviderKeyView } from "../../api/types";
import { useAnswer } from "../../app/answer";
import { attempt, ProblemNote } from "../../app/problem";
import { t } from "../../i18n";
import { oneLine } from "../../text/visible";
import { Empty, Section, Skeleton } from "../../ui/bits";
import { Button } from "../../ui/button";
import { Confirm } from "../../ui/dialog";
import { EditKey, NewKey, ReplaceSecret } from "./keys/key-form";
import { type KeyDeed, KeyRow } from "./keys/key-row";
import { afterAll, beforeAll, placeOf } from "./keys/order";

/** What is being asked about which key. */
type Open = { asks: "new" } | { asks: "edit" | "replace" | "remove"; subject: ProviderKeyView };

export function KeySettings() {
  const words = t().keys;
  const { value, error, reload } = useAnswer(providerKeys);
  const [open, setOpen] = useState<Open | null>(null);
  const keys = value?.keys ?? [];
  const change = (subject: ProviderKeyView, wanted: ChangeProviderKey) => {
    void attempt(() => changeProviderKey(subject.id, wanted)).then(reload);
  };
  const act = (subject: ProviderKeyView, deed: KeyDeed) => {
    switch (deed) {
      case "first":
        return change(subject, { priority: beforeAll(subject, keys) });
      case "last":
        return change(subject, { priority: afterAll(subject, keys) });
      case "switch":
        return change(subject, { state: subject.state === "active" ? "disabled" : "active" });
      default:
        return setOpen({ asks: deed, subject });
    }
  };
  return (
    <Section
      title={t().settings.sections.keys}
      aside={
        <Button size="s" icon="plus" onClick={() => setOpen({ asks: "new" })}>
          {words.add}
        </Button>
      }
    >
      <p class="faint">{words.text}</p>
      <ProblemNote error={error} />
      {!value && !error && <Skeleton lines={4} />}
      {value && keys.length === 0 && (
        <div class="card">
          <Empty icon="key" title={words.none}>
            {words.none_text}
          </Empty>
        </div>
      )}
      {keys.length > 0 && (
        <ul class="card settings-rows">
          {keys.map((key) => (
            <KeyRow
              key={key.id}
              subject={key}
              place={placeOf(key, keys)}
              onDeed={(deed) => act(key, deed)}
              onTested={reload}
            />
          ))}
        </ul>
      )}
      {open && (
        <Asked
          open={open}
          onClose={() => setOpen(null)}
          onDone={() => {
            setOpen(null);
            reload();
          }}
        />
      )}
    </Section>
  );
}

interface AskedProps {
  open: Open;
  onClose: () => void;
  onDone: () => void;
}

function Asked({ open, ...rest }: AskedProps) {
  switch (open.asks) {
    case "new":
      return <NewKey {...rest} />;
    case "edit":
      return <EditKey subject={open.subject} {...rest} />;
    case "replace":
      return <ReplaceSecret subject={open.subject} {...rest} />;
    case "remove":
      return <RemoveKey subject={open.subject} {...rest} />;
  }
}

function RemoveKey({ subject, onClose, onDone }: Omit<AskedProps, "open"> & KeySubject) {
  const words = t().keys;
  return (
    <Confirm
      title={words.remove_title(oneLine(subject.key_name))}
      confirm={words.remove}
      danger
      onClose={onClose}
      onConfirm={() => void attempt(() => deleteProviderKey(subject.id)).then(onDone)}
    >
      <p>{words.remove_text}</p>
    </Confirm>
  );
}

interface KeySubject {
  subject: ProviderKeyView;
}
