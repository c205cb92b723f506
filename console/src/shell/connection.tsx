/** Whether the page hears from the server, and what it does about it if not. */

import { computed } from "@preact/signals";

import "./connection.css";
import { useLasting } from "../app/lasting";
import { live } from "../app/state";
import { t } from "../i18n";
import { oneLine } from "../text/visible";
import { now } from "../time/clock";
import { Button } from "../ui/button";
import { Strip } from "../ui/strip";

/** A short cut is mended before anybody has read about it. */
const SAID_AFTER_MS = 1200;

const isOpen = computed(() => live.connection.value.state === "open");

/** A word in the corner. */
export function Connected() {
  const words = t().shell;
  const state = isOpen.value ? "live" : navigator.onLine ? "reconnecting" : "offline";
  return (
    <span class={`connected connected-${state}`} data-connection={state}>
      <span class="connected-dot" aria-hidden="true" />
      {words[state]}
    </span>
  );
}

/** A strip above the page while nothing is heard. */
export function ConnectionStrip() {
  const isLong = useLasting(!isOpen.value, SAID_AFTER_MS);
  if (!isLong) {
    return null;
  }
  const words = t().shell;
  const connection = live.connection.value;
  const reason = live.closingReason.value;
  const waitsMs = connection.state === "waiting" ? connection.retryAt - now.value : 0;
  const says = navigator.onLine
    ? connection.state === "waiting"
      ? words.retry_in(Math.max(0, Math.ceil(waitsMs / 1000)))
      : words.connecting
    : words.no_network;
  return (
    <Strip
      icon="cloud_off"
      about="connection"
      says={
        <>
          <strong>{reason ? oneLine(reason) : words.not_live}</strong> <span>{says}</span>
        </>
      }
    >
      <Button size="s" icon="refresh" onClick={() => live.retryNow()}>
        {words.retry_now}
      </Button>
    </Strip>
  );
}
