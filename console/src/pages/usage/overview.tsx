/** What was used: over time, and by whom, where and with which model. */

import { useCallback, useState } from "preact/hooks";

import { type UsageQuery, usage, usageTable } from "../../api/money";
import type { Usage, UsageGroup, UsageGrouping, UsageTotals } from "../../api/types";
import { useAnswer } from "../../app/answer";
import { attempt, ProblemNote } from "../../app/problem";
import { Link, paths } from "../../app/router";
import { isOperator, user } from "../../app/state";
import { t } from "../../i18n";
import { compact, number, percent } from "../../i18n/format";
import { Banner, Empty, Section, Skeleton } from "../../ui/bits";
import { IconButton } from "../../ui/button";
import { Chip } from "../../ui/chip";
import { Cost } from "../../ui/cost";
import { Segmented, Select } from "../../ui/field";
import { Menu } from "../../ui/menu";
import { saveAs } from "../../ui/save-as";
import { CallList } from "./calls";
import { DIMENSIONS, type Dimension, groupName } from "./dimensions";
import { GroupTable } from "./group-table";
import { PERIODS, type Period, type Span, spanOf } from "./period";
import { MEASURES, type Measure, slotsOf } from "./series";
import { UsageChart } from "./usage-chart";

/** To which ones it is narrowed down, by what people call them. */
type Narrowed = Partial<Record<Dimension, { key: string; name: string }>>;

const CALLS = 50;

/** Which usage is on the page. */
interface Wanted {
  period: Period;
  span: Span;
  now: number;
  narrowed: Narrowed;
}

export function Overview() {
  const words = t().usage;
  const [measure, setMeasure] = useState<Measure>("cost");
  const [wanted, setWanted] = useState<Wanted>(() => wantedFor("month", {}));
  const { period, narrowed } = wanted;
  const { value, error, isLoading } = useUsage(wanted);
  const narrow = (dimension: Dimension, group: UsageGroup) => {
    const one = { key: group.key, name: groupName(dimension, group) };
    setWanted(wantedFor(period, { ...narrowed, [dimension]: one }));
  };
  return (
    <>
      <div class="usage-bar">
        <Select
          aria-label={words.period}
          value={period}
          onChange={(chosen) => setWanted(wantedFor(chosen, narrowed))}
          choices={PERIODS.map((one) => ({ value: one, label: words.periods[one] }))}
        />
        <Segmented
          label={words.measure}
          value={measure}
          onChange={setMeasure}
          choices={MEASURES.map((one) => ({ value: one, label: words.measures[one] }))}
        />
        <span class="usage-bar-end">
          <IconButton
            icon="refresh"
            label={words.refresh}
            disabled={isLoading}
            onClick={() => setWanted(wantedFor(period, narrowed))}
          />
          <Download wanted={wanted} />
        </span>
      </div>
      <Narrowing
        narrowed={narrowed}
        widen={(dimension) => {
          const { [dimension]: _, ...rest } = narrowed;
          setWanted(wantedFor(period, rest));
        }}
      />
      <ProblemNote error={error} />
      {!value && !error && <Skeleton lines={8} />}
      {value && (
        <Used
          key={value.over.since}
          value={value}
          measure={measure}
          wanted={wanted}
          narrow={narrow}
        />
      )}
    </>
  );
}

function wantedFor(period: Period, narrowed: Narrowed): Wanted {
  const now = Date.now();
  return { period, now, span: spanOf(period, now), narrowed };
}

function queryFor({ span, narrowed }: Wanted, by: UsageGrouping): UsageQuery {
  const { model, user: of, machine, session } = narrowed;
  return {
    by,
    since: new Date(span.since).toISOString(),
    ...(span.until === null ? {} : { until: new Date(span.until).toISOString() }),
    ...(model ? { model: model.key } : {}),
    ...(of ? { user_id: of.key } : {}),
    ...(machine ? { machine_id: machine.key } : {}),
    ...(session ? { session_id: session.key } : {}),
  };
}

interface Answers {
  over: Usage;
  by: Partial<Record<Dimension, Usage>>;
}

/** Whose usage is only one's own need not be told by whom. */
function dimensions(): Dimension[] {
  return DIMENSIONS.filter((one) => one !== "user" || isOperator(user.value));
}

function timeOf({ span }: Wanted): UsageGrouping {
  return span.step === "hour" ? "hour" : "day";
}

function useUsage(wanted: Wanted) {
  const ask = useCallback(async (): Promise<Answers> => {
    const shown = dimensions();
    const [over, ...groups] = await Promise.all([
      usage(queryFor(wanted, timeOf(wanted)), CALLS),
      ...shown.map((by) => usage(queryFor(wanted, by))),
    ]);
    return { over, by: Object.fromEntries(shown.map((by, index) => [by, groups[index]])) };
  }, [wanted]);
  return useAnswer(ask);
}

function Download({ wanted }: { wanted: Wanted }) {
  const words = t().usage;
  const save = (by: UsageGrouping) =>
    attempt(async () => {
      const { name, content } = await usageTable(queryFor(wanted, by));
      saveAs(name ?? "usage.csv", content);
    });
  return (
    <Menu
      icon="download"
      label={words.download}
      items={[timeOf(wanted), ...dimensions()].map((by) => ({
        label: words.download_by[by],
        onSelect: () => void save(by),
      }))}
    />
  );
}

interface NarrowingProps {
  narrowed: Narrowed;
  widen: (dimension: Dimension) => void;
}

function Narrowing({ narrowed, widen }: NarrowingProps) {
  const words = t().usage;
  const chosen = DIMENSIONS.flatMap((dimension) => {
    const one = narrowed[dimension];
    return one ? [{ dimension, name: one.name }] : [];
  });
  if (chosen.length === 0) {
    return null;
  }
  return (
    <ul class="usage-narrowed" aria-label={words.narrowed}>
      {chosen.map(({ dimension, name }) => (
        <li key={dimension}>
          <Chip label={words.widen(name)} onWiden={() => widen(dimension)}>
            <span class="faint">{words.of[dimension]}</span> <bdi>{name}</bdi>
          </Chip>
        </li>
      ))}
    </ul>
  );
}

interface UsedProps {
  value: Answers;
  measure: Measure;
  wanted: Wanted;
  narrow: (dimension: Dimension, group: UsageGroup) => void;
}

function Used({ value: { over, by }, measure, wanted, narrow }: UsedProps) {
  const words = t().usage;
  const isNarrowed = Object.keys(wanted.narrowed).length > 0;
  if (over.total.calls === 0 && !isNarrowed) {
    return (
      <div class="card">
        <Empty icon="chart" title={words.none_such}>
          {words.none_text}
        </Empty>
      </div>
    );
  }
  return (
    <>
      <Tiles total={over.total} />
      <Doubts total={over.total} />
      <UsageChart
        slots={slotsOf(over.groups, wanted.span, wanted.now)}
        measure={measure}
        step={wanted.span.step}
        title={words.chart(words.measures[measure], words.periods[wanted.period])}
      />
      <div class="usage-groups">
        {DIMENSIONS.map((dimension) => {
          const groups = by[dimension];
          return groups && !wanted.narrowed[dimension] ? (
            <GroupTable
              key={dimension}
              dimension={dimension}
              usage={groups}
              measure={measure}
              onNarrow={(group) => narrow(dimension, group)}
            />
          ) : null;
        })}
      </div>
      <Section title={words.last_calls}>
        <CallList calls={over.usage} />
      </Section>
    </>
  );
}

function Tiles({ total }: { total: UsageTotals }) {
  const words = t().usage;
  const { tokens } = total;
  const prompt = tokens.input + tokens.cache_read + tokens.cache_write;
  const tiles = [
    [words.cost, <Cost key="cost" totals={total} />],
    [words.tokens, compact(total.total_tokens)],
    [words.calls, number(total.calls)],
    [words.from_cache, percent(prompt > 0 ? tokens.cache_read / prompt : 0)],
  ] as const;
  return (
    <dl class="usage-tiles">
      {tiles.map(([name, figure]) => (
        <div key={name} class="card usage-tile">
          <dt>{name}</dt>
          <dd>{figure}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Why the figures are not certain. */
function Doubts({ total }: { total: UsageTotals }) {
  const words = t().usage;
  if (!total.cost_is_assumed && total.estimated_calls === 0) {
    return null;
  }
  return (
    <Banner
      tone="info"
      action={
        total.cost_is_assumed &&
        isOperator(user.value) && <Link to={paths.usage("prices")}>{words.see_prices}</Link>
      }
    >
      {total.cost_is_assumed && <p>{words.assumed_text}</p>}
      {total.estimated_calls > 0 && <p>{words.estimated_text(total.estimated_calls)}</p>}
      <p class="small faint">{words.about_mark}</p>
    </Banner>
  );
}
