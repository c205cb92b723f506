/**
 * A session that a quota has stopped: how much is spent, and how much more somebody grants. The same
 * card in the inbox and in the chat.
 */

import { signal } from "@preact/signals";
import { useState } from "preact/hooks";

import "../permission/card.css";
import "./card.css";
import { answerBudget } from "../api/budgets";
import type { AnswerBudget, BudgetRequestView } from "../api/types";
import { ProblemNote } from "../app/problem";
import { mayWork, store, user } from "../app/state";
import { t } from "../i18n";
import { isComposing } from "../keyboard/keys";
import { CardHead } from "../permission/card-head";
import { oneLine } from "../text/visible";
import { Meter } from "../ui/bits";
import { Button } from "../ui/button";
import { amountOf, readAmount } from "./amount";
import { Verdict } from "./verdict";

/** Answers that were given here and are on their way to the server, by request. */
const sending = signal<ReadonlySet<string>>(new Set());

interface CardProps {
  request: BudgetRequestView;
  /** Whether the card stands in the chat that it belongs to. */
  inChat?: boolean;
}

export function BudgetCard({ request, inChat = false }: CardProps) {
  const words = t().budget;
  const [problem, setProblem] = useState<unknown>(null);
  const [isOther, setOther] = useState(false);
  const id = request.budget_request_id;
  const isOpen = request.state === "pending";
  const isBusy = sending.value.has(id);

  const give = (body: AnswerBudget) => {
    setProblem(null);
    setOther(false);
    void send(id, body).catch(setProblem);
  };
  const grant = (amount: number) => give({ answer: "grant", amount });
  const pressed = (event: KeyboardEvent) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const isTyping = (event.target as HTMLElement).matches("input");
    const [first] = request.offers;
    const mayGrant = isOpen && request.can_grant && !isBusy && first !== undefined;
    if (event.key === "+" && mayGrant && isPlain && !isTyping) {
      event.preventDefault();
      grant(first);
    }
  };

  return (
    <article
      class={`permission budget permission-${isOpen ? "open" : "closed"}`}
      data-budget-request-id={id}
      data-state={request.state}
      data-own-keys
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys work where the card has the focus
      tabIndex={0}
      aria-label={words.label(whose(request))}
      onKeyDown={pressed}
    >
      <CardHead icon="gauge" asked={request} inChat={inChat} isOpen={isOpen}>
        <strong>{words.asks}</strong>
      </CardHead>
      {isOpen && <Spent request={request} />}
      <ProblemNote error={problem} />
      {!isOpen && <Verdict request={request} />}
      {isOpen && isOther && (
        <OtherAmount request={request} onGrant={grant} onClose={() => setOther(false)} />
      )}
      {isOpen && !isOther && (
        <div class="permission-answers">
          {request.can_grant ? (
            <Offers request={request} isBusy={isBusy} grant={grant} other={() => setOther(true)} />
          ) : (
            <p class="small budget-waits">{words.waits}</p>
          )}
          <span class="permission-gap" />
          {mayWork(user.value) && (
            <Button
              look="danger"
              data-action="stop"
              busy={isBusy}
              onClick={() => give({ answer: "stop" })}
            >
              {words.stop}
            </Button>
          )}
        </div>
      )}
    </article>
  );
}

/** Sends an answer; that of somebody who was faster is heard from the server. */
async function send(id: string, body: AnswerBudget): Promise<void> {
  sending.value = new Set(sending.value).add(id);
  try {
    store.budgets.put((await answerBudget(id, body)).request);
  } finally {
    const rest = new Set(sending.value);
    rest.delete(id);
    sending.value = rest;
  }
}

/** Whose use the quota limits, by name where that says more. */
function whose({ subject, name }: BudgetRequestView): string {
  const words = t().budget;
  return subject === "tenant" || name == null
    ? words.whose[subject]
    : words.named[subject](oneLine(name, 80));
}

/** What the quota is, how far it is used up, and what the call may need. */
function Spent({ request }: { request: BudgetRequestView }) {
  const words = t().budget;
  const { measure, used, limit, asked, model } = request;
  const share = limit > 0 ? used / limit : 1;
  return (
    <div class="budget-spent">
      <p>{words.used_up(whose(request), words.within[request.period])}</p>
      <Meter share={share} label={words.meter} />
      <p class="small faint">
        {words.spent(amountOf(measure, used), amountOf(measure, limit))}{" "}
        {words.needs(amountOf(measure, asked))}
        {model != null && (
          <>
            {" "}
            <span class="budget-model">
              {words.model} <span class="mono">{oneLine(model, 80)}</span>
            </span>
          </>
        )}
      </p>
    </div>
  );
}

interface OffersProps {
  request: BudgetRequestView;
  isBusy: boolean;
  grant: (amount: number) => void;
  other: () => void;
}

function Offers({ request, isBusy, grant, other }: OffersProps) {
  const words = t().budget;
  return (
    <>
      {request.offers.map((amount, index) => (
        <Button
          key={amount}
          look={index === 0 ? "primary" : "secondary"}
          {...(index === 0 ? { keyHint: "+" } : {})}
          data-action={index === 0 ? "grant" : "grant_more"}
          busy={index === 0 && isBusy}
          disabled={isBusy}
          onClick={() => grant(amount)}
        >
          {words.more(amountOf(request.measure, amount))}
        </Button>
      ))}
      <Button look="ghost" data-action="other" disabled={isBusy} onClick={other}>
        {words.other}
      </Button>
    </>
  );
}

interface OtherProps {
  request: BudgetRequestView;
  onGrant: (amount: number) => void;
  onClose: () => void;
}

function OtherAmount({ request, onGrant, onClose }: OtherProps) {
  const words = t().budget;
  const [text, setText] = useState("");
  const amount = readAmount(request.measure, text);
  return (
    <form
      class="permission-note"
      onSubmit={(event) => {
        event.preventDefault();
        if (amount !== null) {
          onGrant(amount);
        }
      }}
    >
      <label>
        <span>{words.how_much[request.measure]}</span>
        <input
          class="input budget-amount"
          inputMode="decimal"
          autocomplete="off"
          autofocus
          value={text}
          aria-invalid={text !== "" && amount === null}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape" && !isComposing(event)) {
              event.stopPropagation();
              onClose();
            }
          }}
        />
      </label>
      <div class="permission-answers">
        <Button look="primary" type="submit" data-action="grant_other" disabled={amount === null}>
          {amount === null ? words.grant : words.more(amountOf(request.measure, amount))}
        </Button>
        <Button look="ghost" onClick={onClose}>
          {t().common.cancel}
        </Button>
      </div>
    </form>
  );
}
