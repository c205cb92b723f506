/** What models cost: what was set here, the list that the release carries, and what nobody knows. */

import type { ComponentChildren } from "preact";
import { useCallback, useState } from "preact/hooks";

import { deletePrice, prices } from "../../api/money";
import type { KnownPrice, Prices, PriceView, Rates } from "../../api/types";
import { useAnswer, useAttempt } from "../../app/answer";
import { useLater } from "../../app/later";
import { ProblemNote } from "../../app/problem";
import { isOperator, user } from "../../app/state";
import { t } from "../../i18n";
import { date, dollars } from "../../i18n/format";
import { oneLine } from "../../text/visible";
import { Ago, Badge, Banner, Foreign, Section, Skeleton } from "../../ui/bits";
import { Button } from "../../ui/button";
import { Confirm } from "../../ui/dialog";
import { Icon } from "../../ui/icon";
import { Menu } from "../../ui/menu";
import { PriceForm, type PriceGiven } from "./price-form";

const SEARCH_AFTER_MS = 200;

type Open = { asks: "set"; given: PriceGiven } | { asks: "remove"; subject: PriceView };

/** Opens the form; null for those who may not set prices. */
type Set = ((given: PriceGiven) => void) | null;

export function PriceList() {
  const words = t().prices;
  const [search, setSearch] = useState("");
  const asked = useLater(search, SEARCH_AFTER_MS);
  const ask = useCallback(() => prices(asked), [asked]);
  const { value, error, reload } = useAnswer(ask);
  const [open, setOpen] = useState<Open | null>(null);
  const mayManage = isOperator(user.value);
  const set: Set = mayManage ? (given) => setOpen({ asks: "set", given }) : null;
  return (
    <>
      {value && value.unknown.length > 0 && <Unknown known={value} set={set} />}
      <Section
        title={words.own}
        aside={
          set && (
            <Button size="s" icon="plus" onClick={() => set(NEW)}>
              {words.set}
            </Button>
          )
        }
      >
        <ProblemNote error={error} />
        {!value && !error && <Skeleton lines={3} />}
        {value?.prices.length === 0 && <p class="faint">{words.none_own}</p>}
        {value && value.prices.length > 0 && (
          <OwnPrices
            all={value.prices}
            set={set}
            remove={(subject) => setOpen({ asks: "remove", subject })}
          />
        )}
      </Section>
      <Section title={words.search}>
        <div class="price-search">
          <Icon name="search" size={15} />
          <input
            type="search"
            class="input"
            aria-label={words.search}
            placeholder={words.search_placeholder}
            value={search}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
        </div>
        {value && <Found known={value} set={set} />}
      </Section>
      {open?.asks === "set" && (
        <PriceForm
          given={open.given}
          onClose={() => setOpen(null)}
          onDone={() => {
            setOpen(null);
            reload();
          }}
        />
      )}
      {open?.asks === "remove" && (
        <RemovePrice
          subject={open.subject}
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

const NEW: PriceGiven = { provider: "", model: "", rates: null };

function Unknown({ known, set }: { known: Prices; set: Set }) {
  const words = t().prices;
  const { input, output } = known.assumed;
  return (
    <Banner tone="warning">
      <p>
        <strong>{words.unknown}</strong>
      </p>
      <p>{words.unknown_text(dollars(input), dollars(output))}</p>
      <ul class="price-unknown">
        {known.unknown.map((one) => (
          <li key={`${one.provider} ${one.model}`}>
            <span class="price-unknown-words">
              <Foreign text={one.model ?? words.no_model} mono />{" "}
              <span class="small faint">
                <Foreign text={one.provider} /> · {words.unknown_calls(one.calls)} ·{" "}
                <Ago at={one.last_at} />
              </span>
            </span>
            {set && one.model != null && (
              <Button
                size="s"
                onClick={() => set({ provider: one.provider, model: one.model ?? "", rates: null })}
              >
                {words.set}
                <span class="unseen"> {oneLine(one.model)}</span>
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Banner>
  );
}

interface OwnPricesProps {
  all: readonly PriceView[];
  set: Set;
  remove: (subject: PriceView) => void;
}

function OwnPrices({ all, set, remove }: OwnPricesProps) {
  const words = t().prices;
  return (
    <PriceTable label={words.own} last={set ? words.edit : null}>
      {all.map((price) => (
        <tr key={price.price_id} data-price={price.model}>
          <Model provider={price.provider} model={price.model} />
          <RateCells rates={price.usd_per_million_tokens} />
          <td>
            <span class="small faint">
              {words.changed} <Ago at={price.changed_at} />
            </span>
          </td>
          {set && (
            <td>
              <Menu
                label={`${words.edit}: ${oneLine(price.model)}`}
                size="s"
                items={[
                  {
                    label: words.edit,
                    icon: "edit",
                    onSelect: () => set({ ...price, rates: price.usd_per_million_tokens }),
                  },
                  {
                    label: words.remove,
                    icon: "trash",
                    danger: true,
                    onSelect: () => remove(price),
                  },
                ]}
              />
            </td>
          )}
        </tr>
      ))}
    </PriceTable>
  );
}

function Found({ known, set }: { known: Prices; set: Set }) {
  const words = t().prices;
  const { found, table_version, table_models } = known;
  return (
    <>
      {found.length === 0 ? (
        <p class="faint">{words.none_found}</p>
      ) : (
        <PriceTable label={words.found} last={set ? words.set : null}>
          {found.map((one) => (
            <FoundRow key={`${one.provider} ${one.model}`} one={one} set={set} />
          ))}
        </PriceTable>
      )}
      {known.has_more_found && <p class="small faint">{words.more_found}</p>}
      <p class="small faint">{words.table(date(table_version), table_models)}</p>
    </>
  );
}

function FoundRow({ one, set }: { one: KnownPrice; set: Set }) {
  const words = t().prices;
  const rates = one.usd_per_million_tokens;
  return (
    <tr data-model={one.model}>
      <Model provider={one.provider} model={one.model} />
      <RateCells rates={rates} />
      <td>
        <Badge tone={one.source === "override" ? "brand" : "idle"}>
          {words.sources[one.source]}
        </Badge>
      </td>
      {set && (
        <td>
          <Button look="ghost" size="s" onClick={() => set({ ...one, rates })}>
            {words.set}
            <span class="unseen"> {oneLine(one.model)}</span>
          </Button>
        </td>
      )}
    </tr>
  );
}

interface PriceTableProps {
  label: string;
  /** What the last column is for; null where there is none. */
  last: string | null;
  children: ComponentChildren;
}

function PriceTable({ label, last, children }: PriceTableProps) {
  const words = t().prices;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with keys
    <section class="card usage-table price-table" tabIndex={0} aria-label={label}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.model}</th>
            <th scope="col">{words.input}</th>
            <th scope="col">{words.output}</th>
            <th scope="col">{words.cache_read}</th>
            <th scope="col">{words.cache_write}</th>
            <th scope="col">{words.source}</th>
            {last && (
              <th scope="col">
                <span class="unseen">{last}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

function Model({ provider, model }: { provider: string; model: string }) {
  return (
    <th scope="row">
      {model === "*" ? t().prices.any_model : <Foreign text={model} mono />}
      <span class="price-provider small faint">
        <Foreign text={provider} />
      </span>
    </th>
  );
}

function RateCells({ rates }: { rates: Rates }) {
  const cells = [rates.input, rates.output, rates.cache_read, rates.cache_write];
  return (
    <>
      {cells.map((rate, index) => (
        <td key={index}>{rate == null ? "–" : dollars(rate)}</td>
      ))}
    </>
  );
}

interface RemoveProps {
  subject: PriceView;
  onClose: () => void;
  onDone: () => void;
}

function RemovePrice({ subject, onClose, onDone }: RemoveProps) {
  const words = t().prices;
  const { isBusy, error, run } = useAttempt(() => deletePrice(subject.price_id).then(onDone));
  return (
    <Confirm
      title={words.remove_title(oneLine(subject.model))}
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
