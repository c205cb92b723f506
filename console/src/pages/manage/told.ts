/** When what an overview has asked for should be asked for again. */

import { computed } from "@preact/signals";

import { useNowAndThen } from "../../app/later";
import { store } from "../../app/state";
import { now } from "../../time/clock";

/** While agents work, something is told all the time. */
const ASKED_EVERY_MS = 10_000;

/** Of what nothing is told, such as accounts, is asked this often. */
const minute = computed(() => Math.floor(now.value / 60_000));

let times = 0;

const told = computed(() => {
  void [
    store.machines.value,
    store.sessions.value,
    store.pending.value,
    store.budgets.pending.value,
    store.usage.told.value,
    minute.value,
  ];
  times += 1;
  return times;
});

/** A number that changes when something was told, and once a minute. */
export function useTold(): number {
  return useNowAndThen(told.value, ASKED_EVERY_MS);
}
