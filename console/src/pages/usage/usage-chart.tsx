/** Usage over time as bars, to be looked at, felt along with the arrow keys, or read as a table. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { t } from "../../i18n";
import { compact, dollars, localTime, number, utc } from "../../i18n/format";
import { Cost } from "../../ui/cost";
import type { Step } from "./period";
import { amountOf, type Measure, type Slot, scaleOf } from "./series";

const HEIGHT = 190;
const TOP = 10;
const BASE = HEIGHT - 24;
/** Where the bars begin; what the lines mean stands before it. */
const LEFT = 62;
const RIGHT = 8;
/** The room that a word below the bars needs. */
const LABEL_WIDTH = 84;
/** Before the page has said how wide it is. */
const USUAL_WIDTH = 640;

interface UsageChartProps {
  slots: readonly Slot[];
  measure: Measure;
  step: Step;
  title: string;
}

export function UsageChart({ slots, measure, step, title }: UsageChartProps) {
  const words = t().usage;
  const [box, width] = useWidth();
  const [at, setAt] = useState<number | null>(null);
  const shown = at === null ? null : slots[at];
  const last = slots.at(-1);
  const most = Math.max(...slots.map((slot) => amountOf(slot.totals, measure)), 0);
  const scale = scaleOf(most, measure);
  const slotWidth = (width - LEFT - RIGHT) / slots.length;
  const height = (amount: number) => (amount / scale[2]) * (BASE - TOP);
  const toSlot = (event: PointerEvent) => {
    const left = box.current?.getBoundingClientRect().left ?? 0;
    const index = Math.floor((event.clientX - left - LEFT) / slotWidth);
    return index >= 0 && index < slots.length ? index : null;
  };
  const stepBy = (by: number) => {
    const from = at ?? (by > 0 ? -1 : slots.length);
    setAt(Math.min(slots.length - 1, Math.max(0, from + by)));
  };
  const label = (slot: Slot) => `${timeOf(slot.at, step)}: ${written(slot, measure)}`;
  const everyLabel = Math.max(1, Math.ceil(LABEL_WIDTH / slotWidth));
  const isUncertain = slots.some((slot) => isDoubtful(slot, measure));
  return (
    <figure class="card usage-chart">
      <figcaption class="usage-chart-head">
        <h2>{title}</h2>
        <output class="usage-readout">{shown ? label(shown) : ""}</output>
      </figcaption>
      <div
        ref={box}
        class="usage-chart-box"
        role="slider"
        tabIndex={0}
        aria-label={`${title}. ${words.chart_keys}`}
        aria-valuemin={1}
        aria-valuemax={slots.length}
        aria-valuenow={(at ?? slots.length - 1) + 1}
        aria-valuetext={last && label(shown ?? last)}
        onPointerMove={(event) => setAt(toSlot(event))}
        onPointerDown={(event) => setAt(toSlot(event))}
        onPointerLeave={() => setAt(null)}
        onBlur={() => setAt(null)}
        onKeyDown={(event) => {
          const to = KEYS[event.key];
          if (to !== undefined) {
            event.preventDefault();
            stepBy(to === "end" ? slots.length : to === "home" ? -slots.length : to);
          }
        }}
      >
        <svg width={width} height={HEIGHT} aria-hidden="true">
          <defs>
            <pattern
              id="usage-doubt"
              width="5"
              height="5"
              patternUnits="userSpaceOnUse"
              patternTransform="rotate(45)"
            >
              <rect class="usage-doubt-ground" width="5" height="5" />
              <rect class="usage-doubt-line" width="2.5" height="5" />
            </pattern>
          </defs>
          {scale.map((line) => (
            <g key={line}>
              <line
                class="usage-line"
                x1={LEFT}
                x2={width - RIGHT}
                y1={BASE - height(line)}
                y2={BASE - height(line)}
              />
              <text class="usage-text" x={LEFT - 8} y={BASE - height(line) + 4} text-anchor="end">
                {amountText(line, measure)}
              </text>
            </g>
          ))}
          {slots.map((slot, index) => (
            <rect
              key={slot.at}
              class={[
                "usage-column",
                index === at ? "usage-here" : "",
                isDoubtful(slot, measure) ? "usage-doubtful" : "",
              ].join(" ")}
              x={LEFT + index * slotWidth + gapOf(slotWidth) / 2}
              width={Math.max(1, slotWidth - gapOf(slotWidth))}
              y={BASE - heightOf(slot, measure, height)}
              height={heightOf(slot, measure, height)}
              rx={Math.min(2, slotWidth / 4)}
            />
          ))}
          {slots.map((slot, index) =>
            index % everyLabel === 0 && LEFT + index * slotWidth + LABEL_WIDTH / 2 < width ? (
              <text key={slot.at} class="usage-text" x={LEFT + index * slotWidth} y={HEIGHT - 7}>
                {timeOf(slot.at, step, "short")}
              </text>
            ) : null,
          )}
        </svg>
      </div>
      <div class="usage-chart-foot small faint">
        {isUncertain && (
          <span class="usage-legend">
            <span class="usage-swatch" aria-hidden="true" />
            {words.not_certain}
          </span>
        )}
        <span>{step === "hour" ? null : words.in_utc}</span>
      </div>
      <SlotTable slots={slots} step={step} />
    </figure>
  );
}

const KEYS: Readonly<Record<string, number | "home" | "end">> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  Home: "home",
  End: "end",
};

/** The same in words; steps without use are left out. */
function SlotTable({ slots, step }: { slots: readonly Slot[]; step: Step }) {
  const words = t().usage;
  return (
    <details class="usage-as-table">
      <summary>{words.as_table}</summary>
      <div class="usage-table">
        <table>
          <thead>
            <tr>
              <th scope="col">{words.when}</th>
              <th scope="col">{words.cost}</th>
              <th scope="col">{words.tokens}</th>
              <th scope="col">{words.calls}</th>
            </tr>
          </thead>
          <tbody>
            {slots
              .filter((slot) => slot.totals.calls > 0)
              .map((slot) => (
                <tr key={slot.at}>
                  <th scope="row">{timeOf(slot.at, step)}</th>
                  <td>
                    <Cost totals={slot.totals} />
                  </td>
                  <td>{number(slot.totals.total_tokens)}</td>
                  <td>{number(slot.totals.calls)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

/** How wide something is, and again when that changes. */
function useWidth(): readonly [{ current: HTMLDivElement | null }, number] {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(USUAL_WIDTH);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || typeof ResizeObserver === "undefined") {
      return;
    }
    const measure = () => setWidth(Math.max(200, element.clientWidth));
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  return [box, width];
}

/** What little there is can be seen. */
function heightOf(slot: Slot, measure: Measure, height: (amount: number) => number): number {
  const amount = amountOf(slot.totals, measure);
  return amount > 0 ? Math.max(2, height(amount)) : 0;
}

function gapOf(slotWidth: number): number {
  return Math.min(6, Math.max(1, slotWidth * 0.22));
}

/** How often something was called is certain in any case. */
function isDoubtful({ totals }: Slot, measure: Measure): boolean {
  const isAssumed = measure === "cost" && totals.cost_is_assumed;
  return isAssumed || (measure !== "calls" && totals.estimated_calls > 0);
}

function written({ totals }: Slot, measure: Measure): string {
  const words = t().usage;
  switch (measure) {
    case "cost":
      return `${totals.cost_is_assumed || totals.estimated_calls > 0 ? "~" : ""}${dollars(totals.cost_usd)}`;
    case "tokens":
      return `${number(totals.total_tokens)} ${words.tokens}`;
    case "calls":
      return `${number(totals.calls)} ${words.calls}`;
  }
}

function amountText(amount: number, measure: Measure): string {
  return measure === "cost" ? dollars(amount) : compact(amount);
}

/** Hours by the clock of whoever looks; days and months by that of UTC, in which they are counted. */
function timeOf(at: number, step: Step, length: "short" | "long" = "long"): string {
  if (step === "hour") {
    const day = length === "long" ? ({ day: "numeric", month: "short" } as const) : {};
    return localTime(at, { ...day, hour: "2-digit", minute: "2-digit" });
  }
  const year = length === "long" ? ({ year: "numeric" } as const) : {};
  return step === "day"
    ? utc(at, { day: "numeric", month: "short", ...year })
    : utc(at, { month: "short", year: length === "long" ? "numeric" : "2-digit" });
}
