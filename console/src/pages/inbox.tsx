/** Every question of every agent, the oldest first. */

import { useEffect, useState } from "preact/hooks";

import "./inbox.css";
import type { PermissionView } from "../api/types";
import { Page } from "../app/page";
import { store } from "../app/state";
import { t } from "../i18n";
import { PermissionCard } from "../permission/card";
import { Empty, Skeleton } from "../ui/bits";

export function InboxPage() {
  const words = t().inbox;
  const shown = useShown();
  const waiting = store.pending.value.length;
  return (
    <Page
      title={words.title}
      heading={
        <h1>
          {words.title}
          {waiting > 0 && <span class="inbox-count">{t().shell.waiting(waiting)}</span>}
        </h1>
      }
    >
      {!store.ready.value && <Skeleton lines={5} />}
      {store.ready.value && shown.length === 0 && (
        <Empty icon="inbox" title={words.empty}>
          {words.empty_text}
        </Empty>
      )}
      <div class="inbox">
        {shown.map((permission) => (
          <PermissionCard key={permission.request_id} permission={permission} />
        ))}
      </div>
    </Page>
  );
}

/** What waits, and what has been answered since the page was opened, in the same place. */
function useShown(): readonly PermissionView[] {
  const [ids, setIds] = useState<readonly string[]>([]);
  const pending = store.pending.value;
  useEffect(() => {
    const added = pending.map((one) => one.request_id).filter((id) => !ids.includes(id));
    if (added.length > 0) {
      setIds([...ids, ...added]);
    }
  }, [pending, ids]);
  const all = store.permissions.value;
  return ids.flatMap((id) => all.get(id) ?? []);
}
