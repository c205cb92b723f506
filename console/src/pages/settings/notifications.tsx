/** Where one is told of what waits for one, outside of the console. */

import { useState } from "preact/hooks";

import { changeChannel, channels, deleteChannel, testChannel } from "../../api/notifications";
import type { ChannelAttemptView, ChannelState, ChannelView } from "../../api/types";
import { useAnswer, useAttempt } from "../../app/answer";
import { attempt, ProblemNote } from "../../app/problem";
import { t } from "../../i18n";
import { told } from "../../i18n/told";
import { oneLine } from "../../text/visible";
import { Ago, Badge, Banner, Empty, Foreign, Section, Skeleton, type Tone } from "../../ui/bits";
import { Button } from "../../ui/button";
import { Confirm } from "../../ui/dialog";
import { Icon } from "../../ui/icon";
import { toast } from "../../ui/toast";
import { ChannelForm } from "./channel-form";
import { ThisBrowser } from "./this-browser";

const TONES: Readonly<Record<ChannelState, Tone>> = {
  on: "working",
  off: "idle",
  put_off: "failed",
};

/** What is being done: a new one is made, or one is changed or removed. */
type Doing = { what: "make" } | { what: "change" | "remove"; channel: ChannelView } | null;

export function NotificationSettings() {
  const words = t().notifications;
  const { value, error, reload } = useAnswer(channels);
  const [doing, setDoing] = useState<Doing>(null);
  const done = () => {
    setDoing(null);
    reload();
  };
  const others = value?.channels.filter((channel) => channel.kind !== "browser") ?? [];
  const isFull = value !== null && others.length >= value.at_most;
  return (
    <Section
      title={t().settings.sections.notifications}
      aside={
        <Button size="s" icon="plus" disabled={isFull} onClick={() => setDoing({ what: "make" })}>
          {words.add}
        </Button>
      }
    >
      <p class="faint">
        {words.text} {isFull && words.at_most(value.at_most)}
      </p>
      <ProblemNote error={error} />
      {!value && !error && <Skeleton lines={3} />}
      {value && <ThisBrowser list={value} reload={reload} />}
      {value?.channels.length === 0 && (
        <div class="card">
          <Empty icon="send" title={words.none}>
            {words.none_text}
          </Empty>
        </div>
      )}
      {value && value.channels.length > 0 && (
        <ul class="card settings-rows" data-channels>
          {value.channels.map((channel) => (
            <ChannelRow
              key={channel.id}
              channel={channel}
              isHere={channel.id === value.browsers.this_one}
              reload={reload}
              change={() => setDoing({ what: "change", channel })}
              remove={() => setDoing({ what: "remove", channel })}
            />
          ))}
        </ul>
      )}
      {doing?.what === "make" && <ChannelForm onClose={done} />}
      {doing?.what === "change" && <ChannelForm channel={doing.channel} onClose={done} />}
      {doing?.what === "remove" && (
        <Confirm
          title={words.remove_title(oneLine(doing.channel.name))}
          confirm={words.remove}
          danger
          onClose={() => setDoing(null)}
          onConfirm={() => void attempt(() => deleteChannel(doing.channel.id)).then(done)}
        >
          <p>{words.remove_text}</p>
        </Confirm>
      )}
    </Section>
  );
}

interface ChannelRowProps {
  channel: ChannelView;
  /** It is the browser in which this is looked at. */
  isHere: boolean;
  reload: () => void;
  change: () => void;
  remove: () => void;
}

function ChannelRow({ channel, isHere, reload, change, remove }: ChannelRowProps) {
  const words = t().notifications;
  const isOn = channel.state === "on";
  const testing = useAttempt(async () => {
    const tested = await testChannel(channel.id);
    const why = words.test_refused(told(oneLine(tested.error ?? "", 400)));
    toast(tested.delivered ? { tone: "good", text: words.test_taken } : { tone: "bad", text: why });
    reload();
  });
  const switching = useAttempt(async () => {
    await changeChannel(channel.id, { enabled: !isOn });
    reload();
  });
  return (
    <li data-channel={channel.kind} data-state={channel.state}>
      <Icon name={channel.kind === "browser" ? "globe" : "send"} />
      <span class="settings-row-words">
        <span class="settings-row-title">
          <Foreign text={channel.name} />
          <Badge tone={TONES[channel.state]}>{words.states[channel.state]}</Badge>
          {isHere && <Badge tone="idle">{words.this_browser}</Badge>}
        </span>
        <span class="small faint">
          {words.kinds[channel.kind]} · <Foreign text={channel.host} mono />
        </span>
        <span class="small faint">
          {channel.events.map((event) => words.event[event]).join(" · ")}
        </span>
        <LastAnswer attempts={channel.attempts ?? []} />
      </span>
      <span class="settings-row-actions">
        <Button size="s" busy={testing.isBusy} onClick={testing.run}>
          {words.test}
        </Button>
        <Button size="s" busy={switching.isBusy} onClick={switching.run}>
          {isOn ? words.switch_off : words.switch_on}
        </Button>
        <Button size="s" onClick={change}>
          {words.change}
        </Button>
        <Button size="s" look="danger" onClick={remove}>
          {words.remove}
        </Button>
      </span>
      <ProblemNote error={testing.error ?? switching.error} />
      {channel.put_off_because && (
        <Banner tone="warning">{words.put_off(told(oneLine(channel.put_off_because, 400)))}</Banner>
      )}
    </li>
  );
}

function LastAnswer({ attempts }: { attempts: readonly ChannelAttemptView[] }) {
  const words = t().notifications;
  const [last] = attempts;
  if (!last) {
    return <span class="small faint">{words.never}</span>;
  }
  return (
    <span class="small faint" data-last={last.error ? "failed" : "delivered"}>
      <Ago at={last.at} /> · {last.event ? words.event[last.event] : words.of_test} ·{" "}
      {last.error ? told(oneLine(last.error, 400)) : words.delivered}
    </span>
  );
}
