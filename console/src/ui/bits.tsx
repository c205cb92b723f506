/** Small pieces that most pages are made of. */

import type { ComponentChildren } from "preact";

import "./bits.css";
import { t } from "../i18n";
import { dateTime, relative } from "../i18n/format";
import { oneLine } from "../text/visible";
import { now } from "../time/clock";
import { Icon, type IconName } from "./icon";

/** A name that came from a machine or an agent: never trusted, always on one line. */
export function Foreign({ text, mono = false }: { text: string; mono?: boolean }) {
  return <bdi class={mono ? "mono" : ""}>{oneLine(text)}</bdi>;
}

export function Key({ children }: { children: string }) {
  return <kbd class="key">{children}</kbd>;
}

/** Keys that are pressed together or one after the other. */
export function Keys({ keys }: { keys: readonly string[] }) {
  return (
    <span class="keys">
      {keys.map((key) => (
        <Key key={key}>{key}</Key>
      ))}
    </span>
  );
}

export type Tone = "needs" | "working" | "idle" | "unread" | "failed" | "brand";

export function Badge({ tone = "idle", children }: { tone?: Tone; children: ComponentChildren }) {
  return <span class={`badge tone-${tone}`}>{children}</span>;
}

/** A number that waits for somebody; nothing where it is zero. */
export function Count({ value, label }: { value: number; label: string }) {
  return value > 0 ? (
    <span class="count">
      <span aria-hidden="true">{value > 99 ? "99+" : value}</span>
      <span class="unseen">{label}</span>
    </span>
  ) : null;
}

interface EmptyProps {
  icon: IconName;
  title: string;
  children?: ComponentChildren;
  action?: ComponentChildren;
}

export function Empty({ icon, title, children, action }: EmptyProps) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={icon} size={26} />
      </span>
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action && <div class="empty-action">{action}</div>}
    </div>
  );
}

/** Stands where something will be. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div class="skeleton" aria-busy="true">
      <span class="unseen">{t().common.loading}</span>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} class="skeleton-line" />
      ))}
    </div>
  );
}

interface BannerProps {
  tone: "info" | "warning" | "error";
  children: ComponentChildren;
  action?: ComponentChildren;
}

export function Banner({ tone, children, action }: BannerProps) {
  const icon = { info: "info", warning: "alert", error: "alert" } as const;
  return (
    <div class={`banner banner-${tone}`} role={tone === "error" ? "alert" : "status"}>
      <Icon name={icon[tone]} />
      <div class="banner-words">{children}</div>
      {action}
    </div>
  );
}

/** How long ago, with the exact time behind it. */
export function Ago({ at }: { at: string | number }) {
  const exact = new Date(at);
  return (
    <time dateTime={exact.toISOString()} title={dateTime(at)}>
      {relative(at, now.value)}
    </time>
  );
}

/** How full something is. */
export function Meter({ share, label }: { share: number; label: string }) {
  const level = share > 0.9 ? "high" : share > 0.7 ? "some" : "low";
  return (
    // biome-ignore lint/a11y/useSemanticElements: a native meter cannot be styled alike everywhere
    <span
      class={`meter meter-${level}`}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
    >
      <span style={{ width: `${Math.min(100, Math.max(1, share * 100))}%` }} />
    </span>
  );
}

interface SectionProps {
  title: string;
  aside?: ComponentChildren;
  children: ComponentChildren;
}

export function Section({ title, aside, children }: SectionProps) {
  return (
    <section class="section">
      <header class="section-head">
        <h2>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}
