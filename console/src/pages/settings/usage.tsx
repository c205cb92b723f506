/** What calls to models have used. */

import { useMemo } from "preact/hooks";

import { usage } from "../../api/house";
import type { UsageView } from "../../api/types";
import { useAnswer } from "../../app/answer";
import { ProblemNote } from "../../app/problem";
import { Link, paths } from "../../app/router";
import { store } from "../../app/state";
import { t } from "../../i18n";
import { compact, dateTime, duration, number, percent } from "../../i18n/format";
import { Ago, Badge, Empty, Foreign, Section, Skeleton } from "../../ui/bits";
import { bars, byModel, total, totals } from "./usage-sums";

const MOST_ROWS = 50;
const BARS = 36;

export function UsageSettings() {
  const words = t().settings;
  const { value, error } = useAnswer(usage);
  return (
    <>
      <ProblemNote error={error} />
      {!value && !error && <Skeleton lines={6} />}
      {value?.usage.length === 0 && (
        <div class="card">
          <Empty icon="chart" title={words.no_usage}>
            {words.no_usage_text}
          </Empty>
        </div>
      )}
      {value && value.usage.length > 0 && <Used calls={value.usage} />}
    </>
  );
}

function Used({ calls }: { calls: readonly UsageView[] }) {
  const words = t().settings;
  const sums = useMemo(() => totals(calls), [calls]);
  const models = useMemo(() => byModel(calls), [calls]);
  const all = total(sums);
  const cached = sums.input + sums.cache_read + sums.cache_write;
  const tiles = [
    [words.calls, number(calls.length)],
    [words.tokens, compact(all)],
    [words.output, compact(sums.output)],
    [words.from_cache, percent(cached > 0 ? sums.cache_read / cached : 0)],
  ] as const;
  return (
    <>
      <Section title={words.sections.usage}>
        <dl class="usage-tiles">
          {tiles.map(([name, figure]) => (
            <div key={name} class="card usage-tile">
              <dt>{name}</dt>
              <dd>{figure}</dd>
            </div>
          ))}
        </dl>
        <Chart calls={calls} />
      </Section>
      <Section title={words.by_model}>
        <div class="card usage-table">
          <table>
            <thead>
              <tr>
                <th scope="col">{words.model}</th>
                <th scope="col">{words.calls}</th>
                <th scope="col">{words.input}</th>
                <th scope="col">{words.cache}</th>
                <th scope="col">{words.output}</th>
              </tr>
            </thead>
            <tbody>
              {models.map((one) => (
                <tr key={one.model}>
                  <td>
                    <Foreign text={one.model} mono />
                  </td>
                  <td>{number(one.calls)}</td>
                  <td>{compact(one.tokens.input)}</td>
                  <td>{compact(one.tokens.cache_read + one.tokens.cache_write)}</td>
                  <td>{compact(one.tokens.output)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Section>
      <Calls calls={calls} />
    </>
  );
}

/** How much was used when, from the first call to the last. */
function Chart({ calls }: { calls: readonly UsageView[] }) {
  const words = t().settings;
  const { heights, from, to } = useMemo(() => bars(calls, BARS), [calls]);
  const highest = Math.max(1, ...heights);
  return (
    <figure class="card">
      <div class="usage-bars" role="img" aria-label={words.chart(compact(highest))}>
        {heights.map((height, index) => (
          <span key={index} class="usage-bar">
            <span style={{ height: `${(height / highest) * 100}%` }} />
          </span>
        ))}
      </div>
      <figcaption class="usage-axis">
        <span>{dateTime(from)}</span>
        <span>{dateTime(to)}</span>
      </figcaption>
    </figure>
  );
}

function Calls({ calls }: { calls: readonly UsageView[] }) {
  const words = t().settings;
  return (
    <Section title={words.last_calls}>
      <div class="card usage-table">
        <table>
          <thead>
            <tr>
              <th scope="col">{words.session}</th>
              <th scope="col" class="usage-words">
                {words.model}
              </th>
              <th scope="col">{words.tokens}</th>
              <th scope="col">{words.first_byte}</th>
              <th scope="col">{words.took}</th>
              <th scope="col">{words.when}</th>
            </tr>
          </thead>
          <tbody>
            {calls.slice(0, MOST_ROWS).map((call) => (
              <tr key={call.usage_id}>
                <td>
                  <SessionName id={call.session_id} />
                </td>
                <td class="usage-words">
                  <Foreign text={call.model_answered ?? call.model ?? "–"} mono />
                  {call.status !== "complete" && (
                    <>
                      {" "}
                      <Badge tone={call.status === "refused" ? "failed" : "needs"}>
                        {words.usage_status[call.status]}
                      </Badge>
                    </>
                  )}
                </td>
                <td>{compact(total(call.tokens))}</td>
                <td>{call.first_byte_ms == null ? "–" : duration(call.first_byte_ms)}</td>
                <td>{duration(call.duration_ms)}</td>
                <td>
                  <Ago at={call.started_at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function SessionName({ id }: { id: string }) {
  const session = store.sessions.value.get(id);
  return session ? (
    <Link to={paths.session(id)}>
      <Foreign text={session.title.slice(0, 40)} />
    </Link>
  ) : (
    <span class="faint">{t().settings.gone_session}</span>
  );
}
