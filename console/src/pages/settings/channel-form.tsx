/** Making a channel, or changing one. */

import { useState } from "preact/hooks";

import { changeChannel, createChannel } from "../../api/notifications";
import type { ChannelKind, ChannelView, NoticeEvent, NoticeLanguage } from "../../api/types";
import { useAttempt } from "../../app/answer";
import { FormDialog } from "../../app/form-dialog";
import { isOperator, user } from "../../app/state";
import { language, t } from "../../i18n";
import { oneLine } from "../../text/visible";
import { SelectField, Switch, TextField } from "../../ui/field";

const KINDS: readonly ChannelKind[] = ["slack", "feishu", "dingtalk", "generic"];
const EVENTS: readonly NoticeEvent[] = [
  "question",
  "budget",
  "turn_ended",
  "session_failed",
  "machine_offline",
];
const SPANS = ["0", "60", "300", "1800"] as const;
const LANGUAGES = [
  { value: "en", label: "English" },
  { value: "zh", label: "中文" },
] as const;

interface ChannelFormProps {
  /** The one that is changed; a new one is made if it is left out. */
  channel?: ChannelView;
  onClose: () => void;
}

export function ChannelForm({ channel, onClose }: ChannelFormProps) {
  const words = t().notifications;
  const [name, setName] = useState(channel?.name ?? "");
  const [kind, setKind] = useState<ChannelKind>(channel?.kind ?? "slack");
  const [url, setUrl] = useState("");
  const [secret, setSecret] = useState("");
  const [events, setEvents] = useState<readonly NoticeEvent[]>(channel?.events ?? ["question"]);
  const [shortest, setShortest] = useState(nearest(channel?.shortest_turn_s ?? 60));
  const [tongue, setTongue] = useState<NoticeLanguage>(channel?.language ?? language.value);
  const sending = useAttempt(async () => {
    const body = {
      name: name.trim(),
      events: [...events],
      shortest_turn_s: Number(shortest),
      language: tongue,
      ...(url.trim() === "" ? {} : { url: url.trim() }),
      ...(secret.trim() === "" ? {} : { secret: secret.trim() }),
    };
    await (channel
      ? changeChannel(channel.id, body)
      : createChannel({ ...body, kind, url: url.trim() }));
    onClose();
  });
  const isComplete =
    name.trim() !== "" && events.length > 0 && (channel !== undefined || url.trim() !== "");
  return (
    <FormDialog
      id="channel-form"
      title={channel ? words.change_title(oneLine(channel.name)) : words.add}
      submit={channel ? words.save : words.create}
      attempt={sending}
      isComplete={isComplete}
      onClose={onClose}
    >
      <TextField
        label={words.name}
        value={name}
        onChange={setName}
        maxLength={60}
        placeholder={words.name_placeholder}
        required
        first
      />
      {!channel && (
        <SelectField
          label={words.kind}
          value={kind}
          onChange={setKind}
          hint={kindHint(kind)}
          choices={KINDS.map((value) => ({ value, label: words.kinds[value] }))}
        />
      )}
      {kind !== "browser" && (
        <TextField
          label={channel ? words.new_address : words.address}
          value={url}
          onChange={setUrl}
          type="url"
          maxLength={2048}
          hint={channel ? words.new_address_hint : words.address_hint}
          required={!channel}
          mono
        />
      )}
      {(kind === "feishu" || kind === "dingtalk") && (
        <TextField
          label={words.secret}
          value={secret}
          onChange={setSecret}
          type="password"
          autoComplete="off"
          maxLength={256}
          hint={words.secret_hint}
        />
      )}
      <fieldset class="token-scopes">
        <legend>{words.events}</legend>
        {EVENTS.filter((event) => event !== "machine_offline" || isOperator(user.value)).map(
          (event) => (
            <Switch
              key={event}
              label={words.event[event]}
              checked={events.includes(event)}
              onChange={(isOn) =>
                setEvents(isOn ? [...events, event] : events.filter((one) => one !== event))
              }
            />
          ),
        )}
      </fieldset>
      {events.includes("turn_ended") && (
        <SelectField
          label={words.shortest_turn}
          value={shortest}
          onChange={setShortest}
          choices={SPANS.map((value) => ({ value, label: words.spans[value] }))}
        />
      )}
      <SelectField label={words.language} value={tongue} onChange={setTongue} choices={LANGUAGES} />
    </FormDialog>
  );
}

function kindHint(kind: ChannelKind): string | undefined {
  const words = t().notifications;
  if (kind === "generic") {
    return words.generic_hint;
  }
  return kind === "slack" ? undefined : words.keyword_hint;
}

/** The longest of what can be chosen that is not longer than a time, in seconds. */
function nearest(seconds: number): (typeof SPANS)[number] {
  return SPANS.findLast((span) => Number(span) <= seconds) ?? "0";
}
