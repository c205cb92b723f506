/** Every question of every agent, and every session that waits for a larger budget. */

import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";

import "./inbox.css";
import { Page } from "../app/page";
import { store } from "../app/state";
import { BudgetCard } from "../budget/card";
import { t } from "../i18n";
import { PermissionCard } from "../permission/card";
import { Empty, Skeleton } from "../ui/bits";

export function InboxPage() {
  const words = t().inbox;
  const budgets = useShown(store.budgets.all, store.budgets.pending, budgetId);
  const questions = useShown(store.permissions, store.pending, questionId);
  const waiting = store.waiting.value;
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
      {store.ready.value && budgets.length + questions.length === 0 && (
        <Empty icon="inbox" title={words.empty}>
          {words.empty_text}
        </Empty>
      )}
      <div class="inbox">
        {budgets.map((request) => (
          <BudgetCard key={request.budget_request_id} request={request} />
        ))}
        {questions.map((permission) => (
          <PermissionCard key={permission.request_id} permission={permission} />
        ))}
      </div>
    </Page>
  );
}

const budgetId = (request: { budget_request_id: string }) => request.budget_request_id;
const questionId = (permission: { request_id: string }) => permission.request_id;

/** What waits, and what has been answered since the page was opened, in the same place. */
function useShown<One>(
  all: ReadonlySignal<ReadonlyMap<string, One>>,
  waiting: ReadonlySignal<readonly One[]>,
  idOf: (one: One) => string,
): readonly One[] {
  const [ids, setIds] = useState<readonly string[]>([]);
  const pending = waiting.value;
  useEffect(() => {
    const added = pending.map(idOf).filter((id) => !ids.includes(id));
    if (added.length > 0) {
      setIds([...ids, ...added]);
    }
  }, [pending, ids, idOf]);
  const known = all.value;
  return ids.flatMap((id) => known.get(id) ?? []);
}
