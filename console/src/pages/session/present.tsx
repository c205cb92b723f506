/** Who else looks at a session at this moment. */

import { useEffect } from "preact/hooks";

import { sessionPresence } from "../../api/sessions";
import { live, store, user } from "../../app/state";
import { t } from "../../i18n";
import { oneLine } from "../../text/visible";
import { Icon } from "../../ui/icon";

/** Nothing where nobody else is there. */
export function Present({ id }: { id: string }) {
  const words = t().session;
  const isOpen = live.isOpen.value;
  // biome-ignore lint/correctness/useExhaustiveDependencies: nobody tells what was missed
  useEffect(() => {
    // Who is there is told when it changes; an answer that cannot be had is left out.
    store.presence.ask(() => sessionPresence(id)).catch(() => {});
  }, [id, isOpen]);
  const everybody = store.presence.all.value.get(id) ?? [];
  const others = everybody.filter((one) => one.user_id !== user.value?.user_id);
  if (others.length === 0) {
    return null;
  }
  const names = others.map((one) => oneLine(one.display_name, 60));
  return (
    <span class="session-present" role="status" data-tip={words.looking(names.join(", "))}>
      <Icon name="eye" size={15} />
      <span aria-hidden="true" class="cut">
        {names.length === 1 ? <bdi>{names[0]}</bdi> : names.length}
      </span>
      <span class="unseen">{words.looking(names.join(", "))}</span>
    </span>
  );
}
