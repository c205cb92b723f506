/** One quota: whose use it limits, how much that is, and how far it is used up. */

import "./quota-row.css";

import type { QuotaStatus, QuotaView } from "../../api/types";
import { t } from "../../i18n";
import { percent } from "../../i18n/format";
import { now } from "../../time/clock";
import { Badge, Foreign } from "../../ui/bits";
import { Menu, type MenuItem } from "../../ui/menu";
import { amountIn, limitOf, resetOf, resetTime, whose } from "./quota-words";

/** What can be done with a quota. */
export type QuotaDeed = "edit" | "raise" | "remove";

/** Where administrators are told. */
const LINES = [80, 95] as const;

interface QuotaRowProps {
  quota: QuotaView | QuotaStatus;
  /** Null where it is not known how far it is used up. */
  status: QuotaStatus | null;
  /** Left out where nothing can be done. */
  onDeed?: (deed: QuotaDeed) => void;
  /** One of those who have an allowance each: more can be granted, and nothing else. */
  isOne?: boolean;
}

export function QuotaRow({ quota, status, onDeed, isOne = false }: QuotaRowProps) {
  const words = t().quotas;
  const isForEach = quota.subject !== "tenant" && quota.of == null;
  return (
    <li class={isOne ? "quota-row quota-one" : "quota-row"} data-quota={quota.quota_id}>
      <div class="quota-head">
        <span class="quota-title">
          <strong>
            <Foreign text={whose(quota)} />
          </strong>
          {quota.subject !== "tenant" && quota.of != null && (
            <Badge>{t().usage.of[quota.subject]}</Badge>
          )}
          {status && <Reached status={status} />}
        </span>
        <span class="quota-limit">{limitOf(quota)}</span>
        {onDeed && (
          <Menu
            label={words.deeds(whose(quota))}
            size="s"
            items={deeds(status !== null, isOne, onDeed)}
          />
        )}
      </div>
      {status && <Level status={status} isOwn={isForEach} />}
    </li>
  );
}

function deeds(
  isKnown: boolean,
  isOne: boolean,
  onDeed: (deed: QuotaDeed) => void,
): readonly (MenuItem | "line")[] {
  const words = t().quotas;
  const raise: MenuItem = {
    label: words.raise,
    icon: "plus",
    disabled: !isKnown,
    onSelect: () => onDeed("raise"),
  };
  if (isOne) {
    return [raise];
  }
  return [
    { label: words.edit, icon: "edit", onSelect: () => onDeed("edit") },
    raise,
    "line",
    { label: words.remove, icon: "trash", danger: true, onSelect: () => onDeed("remove") },
  ];
}

function Reached({ status }: { status: QuotaStatus }) {
  const words = t().quotas;
  if (status.left <= 0) {
    return <Badge tone="failed">{words.used_up}</Badge>;
  }
  return status.reached_percent == null ? null : (
    <Badge tone="needs">{words.nearly(status.reached_percent)}</Badge>
  );
}

function Level({ status, isOwn }: { status: QuotaStatus; isOwn: boolean }) {
  const words = t().quotas;
  const { measure, used, limit, left, granted } = status;
  const share = limit > 0 ? used / limit : 1;
  const facts = [
    isOwn ? words.yours : "",
    words.of_limit(amountIn(measure, used), amountIn(measure, limit)),
    left > 0 ? words.left(amountIn(measure, left)) : "",
    granted > 0 ? words.granted(amountIn(measure, granted)) : "",
  ].filter((fact) => fact !== "");
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a native meter cannot be styled alike everywhere */}
      <div
        class={`quota-level quota-${levelOf(share)}`}
        role="meter"
        aria-label={words.level}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.min(100, Math.round(share * 100))}
        aria-valuetext={`${percent(share)}: ${facts.join(", ")}`}
      >
        <span class="quota-fill" style={{ width: `${Math.min(100, share * 100)}%` }} />
        {LINES.map((line) => (
          <span key={line} class="quota-line" style={{ left: `${line}%` }} />
        ))}
      </div>
      <p class="quota-facts small faint">
        <span>{facts.join(" · ")}</span>
        <span title={resetTime(status) ?? undefined}>{resetOf(status, now.value)}</span>
      </p>
    </>
  );
}

function levelOf(share: number): "low" | "some" | "high" {
  return share >= 0.95 ? "high" : share >= 0.8 ? "some" : "low";
}
