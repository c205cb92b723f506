/** What a session has used, for whatever shows the session. */

import { useEffect } from "preact/hooks";

import { sessionUsage } from "../api/sessions";
import type { SessionUsage } from "../api/types";
import { live, store } from "./state";

/** Asked for once, told from then on, and asked for again after every cut. */
export function useSessionUsage(id: string): SessionUsage | null {
  const isOpen = live.isOpen.value;
  // biome-ignore lint/correctness/useExhaustiveDependencies: nobody tells what was missed
  useEffect(() => {
    sessionUsage(id).then(
      (usage) => store.usage.put(usage),
      // Numbers that cannot be had are left out; nothing else depends on them.
      () => {},
    );
  }, [id, isOpen]);
  return store.usage.all.value.get(id) ?? null;
}
