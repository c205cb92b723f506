/** Over a terminal: that it is cut off, that it has ended, what became of what was typed. */

import { useLasting } from "../app/lasting";
import { t } from "../i18n";
import { told } from "../i18n/told";
import { oneLine } from "../text/visible";
import { now } from "../time/clock";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";
import type { Parts } from "./parts";

/** A short cut is mended before anybody has read about it. */
const SAID_AFTER_MS = 700;

export function Overlay({ parts }: { parts: Parts }) {
  const { attachment } = parts;
  if (attachment.ended.value !== null) {
    // A view that never had a size never had anything to show.
    return <Ended detail={attachment.ended.value} isBlank={attachment.size.value === null} />;
  }
  return (
    <div class="terminal-notes">
      <Uncertain parts={parts} />
      <Cut parts={parts} />
    </div>
  );
}

function Ended({ detail, isBlank }: { detail: string; isBlank: boolean }) {
  const words = t().terminal;
  return (
    <div class="terminal-notes">
      <p class="terminal-note" role="status" data-ended>
        <Icon name="info" size={16} />
        <span>
          <strong>{words.ended}</strong> {oneLine(told(detail))}
          {isBlank && (
            <>
              <br />
              {words.not_kept}
            </>
          )}
        </span>
      </p>
    </div>
  );
}

function Cut({ parts: { attachment } }: { parts: Parts }) {
  const words = t().terminal;
  const connection = attachment.connection.value;
  const isCut = connection.state !== "open" || !attachment.linkUp.value;
  const isLong = useLasting(isCut, SAID_AFTER_MS);
  if (!isLong) {
    return null;
  }
  const waitsMs = connection.state === "waiting" ? connection.retryAt - now.value : 0;
  const reason = attachment.closing.value;
  const says =
    connection.state === "open"
      ? words.machine_away
      : connection.state === "waiting"
        ? t().shell.retry_in(Math.max(0, Math.ceil(waitsMs / 1000)))
        : t().shell.connecting;
  const held = attachment.heldBytes.value;
  return (
    <div class="terminal-note terminal-cut" role="status" data-cut>
      <Icon name="cloud_off" size={16} />
      <span>
        <strong>{reason ? oneLine(reason) : words.cut}</strong> {says}
        {held > 0 && (
          <>
            <br />
            {words.held(held)}
          </>
        )}
      </span>
      {held > 0 && (
        <Button size="s" look="ghost" onClick={() => attachment.discardHeld()}>
          {words.discard}
        </Button>
      )}
      {connection.state !== "open" && (
        <Button size="s" icon="refresh" onClick={() => attachment.retryNow()}>
          {t().shell.retry_now}
        </Button>
      )}
    </div>
  );
}

/** Input of which nobody knows whether it arrived. */
function Uncertain({ parts: { attachment } }: { parts: Parts }) {
  const words = t().terminal;
  const bytes = attachment.uncertain.value;
  if (!bytes) {
    return null;
  }
  const text = oneLine(new TextDecoder().decode(bytes).replaceAll("\r", "⏎"), 80);
  return (
    <div class="terminal-note" role="alert">
      <Icon name="question" size={16} />
      <span>
        {words.uncertain} <code>{text}</code>
      </span>
      <Button size="s" onClick={() => attachment.sendUncertain()}>
        {words.send_again}
      </Button>
      <Button
        size="s"
        look="ghost"
        onClick={() => {
          attachment.uncertain.value = null;
        }}
      >
        {words.forget}
      </Button>
    </div>
  );
}
