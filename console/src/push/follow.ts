/** What pages do with what this browser was told: go there, and take away what is answered. */

import { effect } from "@preact/signals";

import { go } from "../app/router";
import { store } from "../app/state";

/** The tag of a notification about a question of a session. */
const QUESTION = "question:";

export function followPushed(): void {
  const workers = navigator.serviceWorker;
  // Pages that are not encrypted have none.
  if (!workers) {
    return;
  }
  workers.addEventListener("message", (event: MessageEvent<{ go?: unknown } | null>) => {
    const to = event.data?.go;
    if (typeof to === "string" && to.startsWith("/")) {
      go(to);
    }
  });
  effect(() => {
    if (store.ready.value) {
      const waiting = new Set(store.pending.value.map((one) => QUESTION + one.session_id));
      // A browser that keeps workers from this page shows nothing that could be taken away.
      takeAway(workers, waiting).catch(() => {});
    }
  });
}

async function takeAway(
  workers: ServiceWorkerContainer,
  waiting: ReadonlySet<string>,
): Promise<void> {
  const registration = await workers.getRegistration("/");
  const shown = (await registration?.getNotifications()) ?? [];
  for (const one of shown) {
    if (one.tag.startsWith(QUESTION) && !waiting.has(one.tag)) {
      one.close();
    }
  }
}
