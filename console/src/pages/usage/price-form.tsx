/** Saying what a model costs. */

import { useState } from "preact/hooks";

import { putPrice } from "../../api/money";
import type { Rates } from "../../api/types";
import { useAttempt } from "../../app/answer";
import { FormDialog } from "../../app/form-dialog";
import { t } from "../../i18n";
import { oneLine } from "../../text/visible";
import { TextField } from "../../ui/field";
import { readAmount } from "./quota-words";

/** What is known of a price before anybody types. */
export interface PriceGiven {
  provider: string;
  /** Empty where it is to be named. */
  model: string;
  rates: Rates | null;
}

const RATES = ["input", "output", "cache_read", "cache_write", "cache_write_1h"] as const;
type Rate = (typeof RATES)[number];

/** What a million tokens cost at the most. */
const MOST = 100_000;

interface PriceFormProps {
  given: PriceGiven;
  onClose: () => void;
  onDone: () => void;
}

export function PriceForm({ given, onClose, onDone }: PriceFormProps) {
  const words = t().prices;
  const [provider, setProvider] = useState(given.provider);
  const [model, setModel] = useState(given.model);
  const [rates, setRates] = useState<Readonly<Record<Rate, string>>>(() => typed(given.rates));
  const isNew = given.model === "";
  const read = readRates(rates);
  const saving = useAttempt(async () => {
    if (read !== null) {
      await putPrice({
        provider: provider.trim(),
        model: model.trim(),
        usd_per_million_tokens: read,
      });
      onDone();
    }
  });
  return (
    <FormDialog
      id="price-form"
      title={isNew ? words.set_title : words.set_for(oneLine(given.model))}
      submit={words.save}
      attempt={saving}
      isComplete={provider.trim() !== "" && model.trim() !== "" && read !== null}
      onClose={onClose}
    >
      {isNew && (
        <>
          <TextField
            label={words.provider}
            hint={words.provider_hint}
            value={provider}
            onChange={setProvider}
            maxLength={40}
            mono
            first
          />
          <TextField
            label={words.model}
            hint={words.model_hint}
            value={model}
            onChange={setModel}
            maxLength={256}
            mono
          />
        </>
      )}
      <fieldset class="price-rates">
        <legend>{words.per_million}</legend>
        {RATES.map((rate) => (
          <TextField
            key={rate}
            label={words[rate]}
            value={rates[rate]}
            onChange={(text) => setRates({ ...rates, [rate]: text })}
            error={isWrong(rates[rate]) ? words.not_a_price : null}
            placeholder={placeholder(rate)}
            maxLength={16}
            mono
            first={!isNew && rate === "input"}
          />
        ))}
      </fieldset>
      <p class="small faint">{words.holds}</p>
    </FormDialog>
  );
}

/** What holds where nothing is typed. */
function placeholder(rate: Rate): string {
  const words = t().prices;
  switch (rate) {
    case "input":
    case "output":
      return "";
    case "cache_read":
    case "cache_write":
      return words.as_input;
    case "cache_write_1h":
      return words.as_write;
  }
}

function typed(rates: Rates | null): Record<Rate, string> {
  const text = (rate: Rate) => (rates?.[rate] == null ? "" : String(rates[rate]));
  return {
    input: text("input"),
    output: text("output"),
    cache_read: text("cache_read"),
    cache_write: text("cache_write"),
    cache_write_1h: text("cache_write_1h"),
  };
}

function readRate(text: string): number | null {
  const amount = readAmount("cost", text);
  return amount !== null && amount <= MOST ? amount : null;
}

/** Null where something is missing or wrong. */
function readRates(rates: Readonly<Record<Rate, string>>): Rates | null {
  const [input, output] = [readRate(rates.input), readRate(rates.output)];
  if (input === null || output === null || RATES.some((rate) => isWrong(rates[rate]))) {
    return null;
  }
  return {
    input,
    output,
    cache_read: readRate(rates.cache_read),
    cache_write: readRate(rates.cache_write),
    cache_write_1h: readRate(rates.cache_write_1h),
  };
}

function isWrong(text: string): boolean {
  return text.trim() !== "" && readRate(text) === null;
}
