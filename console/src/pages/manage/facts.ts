/** What an overview asks the server for, beside what is told by itself. */

import { useCallback } from "preact/hooks";

import { providerKeys } from "../../api/house";
import { enrolments } from "../../api/machines";
import { quotaStatus, quotas, usageToday } from "../../api/money";
import { tenants } from "../../api/tenants";
import type {
  AccountView,
  EnrolmentView,
  ProviderKeyView,
  QuotaStatus,
  TenantView,
  UsageTotals,
} from "../../api/types";
import { users } from "../../api/users";
import { type Loaded, useFreshAnswer } from "../../app/answer";
import { user } from "../../app/state";
import { useTold } from "./told";

/** Each is null until it was answered. */
export interface Facts {
  people: readonly AccountView[] | null;
  enrolments: readonly EnrolmentView[] | null;
  keys: readonly ProviderKeyView[] | null;
  today: UsageTotals | null;
  budgets: Budgets | null;
  /** Null for who sees but their own, too. */
  tenants: readonly TenantView[] | null;
  error: unknown;
  reload: () => void;
}

export interface Budgets {
  /** How many there are. */
  count: number;
  /** Those that come to an end. */
  atLine: readonly QuotaStatus[];
}

export function useFacts(): Facts {
  const version = useTold();
  const runsAll = user.value?.role === "system_admin";
  const people = useFreshAnswer(users, version);
  const made = useFreshAnswer(enrolments, version);
  const keys = useFreshAnswer(providerKeys, version);
  const today = useFreshAnswer(usageToday, version);
  const budgets = useFreshAnswer(askBudgets, version);
  const all = useFreshAnswer(
    useCallback(async () => (runsAll ? (await tenants()).tenants : null), [runsAll]),
    version,
  );
  const asked: readonly Loaded<unknown>[] = [people, made, keys, today, budgets, all];
  return {
    people: people.value?.users ?? null,
    enrolments: made.value?.enrolments ?? null,
    keys: keys.value?.keys ?? null,
    today: today.value,
    budgets: budgets.value,
    tenants: all.value,
    error: asked.find((one) => one.error !== null)?.error ?? null,
    reload: () => {
      for (const one of asked) {
        one.reload();
      }
    },
  };
}

async function askBudgets(): Promise<Budgets> {
  const [all, status] = await Promise.all([quotas(), quotaStatus()]);
  return {
    count: all.quotas.length,
    atLine: status.quotas.filter((one) => one.reached_percent != null),
  };
}

/** Whether an account is one with which a person signs in at this moment. */
export const isActivePerson = (account: AccountView): boolean =>
  account.kind === "person" && account.state === "active";
