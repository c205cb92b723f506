/** Whether this browser is told, with what keeps it from that. */

import { useCallback } from "preact/hooks";

import { testChannel } from "../../api/notifications";
import type { ChannelList } from "../../api/types";
import { useAnswer, useAttempt } from "../../app/answer";
import { ProblemNote } from "../../app/problem";
import { language, t } from "../../i18n";
import { told } from "../../i18n/told";
import {
  CannotBeTold,
  type Standing,
  standing,
  switchOff,
  switchOn,
} from "../../push/this-browser";
import { oneLine } from "../../text/visible";
import { Badge, Banner } from "../../ui/bits";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icon";
import { toast } from "../../ui/toast";
import { browserName } from "./browser-name";

interface ThisBrowserProps {
  list: ChannelList;
  reload: () => void;
}

export function ThisBrowser({ list, reload }: ThisBrowserProps) {
  const words = t().notifications;
  const facts = list.browsers;
  const look = useCallback(() => standing(facts, list.channels), [facts, list.channels]);
  const { value, error, reload: lookAgain } = useAnswer(look);
  const changing = useAttempt(async () => {
    try {
      if (value === "on") {
        await switchOff(facts);
      } else {
        const name = browserName(navigator.userAgent) ?? words.kinds.browser;
        await switchOn(facts, name, language.value);
      }
    } finally {
      lookAgain();
    }
    reload();
  });
  const testing = useAttempt(async () => {
    const tested = await testChannel(facts.this_one ?? "");
    const why = words.test_refused(told(oneLine(tested.error ?? "", 400)));
    toast(
      tested.delivered ? { tone: "good", text: words.test_pushed } : { tone: "bad", text: why },
    );
    reload();
  });
  return (
    <ul class="card settings-rows">
      <li data-this-browser={value ?? "unknown"}>
        <Icon name="globe" />
        <span class="settings-row-words">
          <span class="settings-row-title">
            {words.this_browser}
            {value === "on" && <Badge tone="working">{words.states.on}</Badge>}
          </span>
          <span class="small faint">{words.this_browser_text}</span>
        </span>
        {(value === "on" || value === "off") && (
          <span class="settings-row-actions">
            {value === "on" && (
              <Button size="s" busy={testing.isBusy} onClick={testing.run}>
                {words.test}
              </Button>
            )}
            <Button
              size="s"
              look={value === "on" ? "secondary" : "primary"}
              busy={changing.isBusy}
              onClick={changing.run}
              data-action="this-browser"
            >
              {value === "on" ? words.stop_here : words.tell_here}
            </Button>
          </span>
        )}
        <Hindrance standing={value} />
        <Failure error={changing.error} />
        <ProblemNote error={testing.error ?? error} />
      </li>
    </ul>
  );
}

function Hindrance({ standing: found }: { standing: Standing | null }) {
  const words = t().notifications.hindrances;
  if (found === null || found === "on" || found === "off") {
    return null;
  }
  return <Banner tone={found === "blocked" ? "warning" : "info"}>{words[found]}</Banner>;
}

/** What the browser or its user has refused is nobody's mistake here. */
function Failure({ error }: { error: unknown }) {
  const words = t().notifications;
  if (!(error instanceof CannotBeTold)) {
    return <ProblemNote error={error} />;
  }
  if (error.why === "blocked") {
    // It stands there already as what keeps this browser from it.
    return null;
  }
  const text =
    error.why === "dismissed" ? words.dismissed : words.no_service(oneLine(error.message, 200));
  return <Banner tone="warning">{text}</Banner>;
}
