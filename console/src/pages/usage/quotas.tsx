/** How much may be used: each quota with how far it is used up. */

import { useCallback, useState } from "preact/hooks";

import { deleteQuota, quotaStatus, quotas } from "../../api/money";
import type { QuotaStatus, QuotaView } from "../../api/types";
import { useAnswer, useAttempt } from "../../app/answer";
import { ProblemNote } from "../../app/problem";
import { isOperator, user } from "../../app/state";
import { t } from "../../i18n";
import { Empty, Section, Skeleton } from "../../ui/bits";
import { Button } from "../../ui/button";
import { Confirm } from "../../ui/dialog";
import { ChangeLimit, NewQuota, RaiseForNow } from "./quota-form";
import { type QuotaDeed, QuotaRow } from "./quota-row";
import { whose } from "./quota-words";

/** A quota, and how far it is used up where that is known. */
export interface Limited {
  quota: QuotaView;
  status: QuotaStatus | null;
  /** Whether it gives an allowance to each, and this is about one of those who come to its end. */
  isOne: boolean;
}

export function QuotaList() {
  return isOperator(user.value) ? <AllQuotas /> : <OwnQuotas />;
}

type Open = { asks: "new" } | { asks: QuotaDeed; subject: Limited };

function AllQuotas() {
  const words = t().quotas;
  const ask = useCallback(async () => limited(await quotas(), await quotaStatus()), []);
  const { value, error, reload } = useAnswer(ask);
  const [open, setOpen] = useState<Open | null>(null);
  return (
    <>
      <Section
        title={t().usage.sections.quotas}
        aside={
          <Button size="s" icon="plus" onClick={() => setOpen({ asks: "new" })}>
            {words.add}
          </Button>
        }
      >
        <p class="faint">{words.text}</p>
        <ProblemNote error={error} />
        {!value && !error && <Skeleton lines={4} />}
        {value?.length === 0 && <NoQuotas text={words.none_text} />}
        {value && value.length > 0 && (
          <ul class="card quota-rows">
            {value.map((one) => (
              <QuotaRow
                key={`${one.quota.quota_id} ${one.isOne ? one.status?.of : ""}`}
                quota={one.isOne && one.status ? one.status : one.quota}
                status={one.status}
                isOne={one.isOne}
                onDeed={(asks) => setOpen({ asks, subject: one })}
              />
            ))}
          </ul>
        )}
      </Section>
      <AtLimit />
      {open && (
        <Asked
          open={open}
          onClose={() => setOpen(null)}
          onDone={() => {
            setOpen(null);
            reload();
          }}
        />
      )}
    </>
  );
}

/** Those that limit whoever looks, without anything to change. */
function OwnQuotas() {
  const words = t().quotas;
  const { value, error } = useAnswer(quotaStatus);
  return (
    <>
      <Section title={t().usage.sections.quotas}>
        <p class="faint">{words.own_text}</p>
        <ProblemNote error={error} />
        {!value && !error && <Skeleton lines={4} />}
        {value?.quotas.length === 0 && <NoQuotas text={words.none_own_text} />}
        {value && value.quotas.length > 0 && (
          <ul class="card quota-rows">
            {value.quotas.map((status) => (
              <QuotaRow key={`${status.quota_id} ${status.of}`} quota={status} status={status} />
            ))}
          </ul>
        )}
      </Section>
      <AtLimit />
    </>
  );
}

function NoQuotas({ text }: { text: string }) {
  return (
    <div class="card">
      <Empty icon="gauge" title={t().quotas.none}>
        {text}
      </Empty>
    </div>
  );
}

function AtLimit() {
  const words = t().quotas;
  return (
    <Section title={words.at_limit}>
      <ul class="card quota-limit-text">
        {words.at_limit_text.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Section>
  );
}

interface AskedProps {
  open: Open;
  onClose: () => void;
  /** Something has changed. */
  onDone: () => void;
}

function Asked({ open, ...rest }: AskedProps) {
  switch (open.asks) {
    case "new":
      return <NewQuota {...rest} />;
    case "edit":
      return <ChangeLimit subject={open.subject} {...rest} />;
    case "raise":
      return <RaiseForNow subject={open.subject} {...rest} />;
    case "remove":
      return <RemoveQuota subject={open.subject} {...rest} />;
  }
}

function RemoveQuota({
  subject,
  onClose,
  onDone,
}: Omit<AskedProps, "open"> & { subject: Limited }) {
  const words = t().quotas;
  const { quota } = subject;
  const { isBusy, error, run } = useAttempt(() => deleteQuota(quota.quota_id).then(onDone));
  return (
    <Confirm
      title={words.remove_title(whose(quota))}
      confirm={words.remove}
      danger
      busy={isBusy}
      onClose={onClose}
      onConfirm={run}
    >
      <ProblemNote error={error} />
      <p>{words.remove_text}</p>
    </Confirm>
  );
}

/**
 * Each quota with the one account that it is for. One that gives an allowance to each comes with
 * that of whoever looks, and then with those of others who come to its end.
 */
function limited(
  all: { quotas: readonly QuotaView[] },
  used: { quotas: readonly QuotaStatus[] },
): Limited[] {
  return all.quotas.flatMap((quota) => {
    const isForEach = quota.of == null && quota.subject !== "tenant";
    const of = used.quotas.filter((one) => one.quota_id === quota.quota_id);
    const status = of.find((one) => !isForEach || isOwn(one)) ?? null;
    const others = of.filter((one) => one !== status && one.reached_percent != null);
    return [
      { quota, status, isOne: false },
      ...others.map((other) => ({ quota, status: other, isOne: true })),
    ];
  });
}

function isOwn(status: QuotaStatus): boolean {
  return status.of === user.value?.user_id;
}
