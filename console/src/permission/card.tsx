/**
 * A question of an agent to a person: who asks, what exactly would happen, and the answer on its
 * way. The same card in the inbox and in the chat.
 */

import { signal } from "@preact/signals";
import { useMemo, useRef, useState } from "preact/hooks";

import "./card.css";
import { answerPermission } from "../api/sessions";
import type { AlwaysAnswer, PermissionAnswer, PermissionView } from "../api/types";
import { ProblemNote } from "../app/problem";
import { drives, onlyHolds, owns } from "../app/standing";
import { isOperator, mayWork, store, user } from "../app/state";
import { t } from "../i18n";
import { isComposing } from "../keyboard/keys";
import { oneLine } from "../text/visible";
import { Button } from "../ui/button";
import { AlwaysForm } from "./always-form";
import { CardHead } from "./card-head";
import { readDetails } from "./details";
import { Progress } from "./progress";
import { RequestBody } from "./request-body";

const LONGEST_NOTE = 4000;

/** Answers that were given here and are on their way to the server, by question. */
const sending = signal<ReadonlyMap<string, PermissionAnswer>>(new Map());

interface CardProps {
  permission: PermissionView;
  /** Whether the card stands in the chat that it belongs to. */
  inChat?: boolean;
}

export function PermissionCard({ permission, inChat = false }: CardProps) {
  const details = useMemo(() => readDetails(permission.details), [permission.details]);
  const [problem, setProblem] = useState<unknown>(null);
  const [form, setForm] = useState<"note" | "always" | null>(null);
  const card = useRef<HTMLElement>(null);
  const session = store.sessions.value.get(permission.session_id);
  const watches = session !== undefined && onlyHolds(session) && !drives(session);
  const mayAnswer = mayWork(user.value) && !watches;
  // What always holds is for the owner to say, or for who administers the tenant.
  const isTheirs = session === undefined || owns(session) || isOperator(user.value);
  const offer = isTheirs ? details.always : null;
  const onItsWay = sending.value.get(permission.request_id) ?? null;
  const isOpen = permission.state === "pending" && onItsWay === null;

  const give = (answer: PermissionAnswer, more: More = {}) => {
    setProblem(null);
    setForm(null);
    void send(permission, answer, more).catch(setProblem);
  };
  const pressed = (event: KeyboardEvent) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const target = event.target as HTMLElement;
    if (
      !isOpen ||
      !mayAnswer ||
      !isPlain ||
      isComposing(event) ||
      target.matches("textarea, select, input")
    ) {
      return;
    }
    const act = keys(give, () => setForm("note"), details.scope !== "none")[
      event.key.toLowerCase()
    ];
    if (act) {
      event.preventDefault();
      act();
    }
  };

  const title = details.command ?? permission.title;
  return (
    <article
      ref={card}
      class={`permission permission-${isOpen ? "open" : "closed"}`}
      data-request-id={permission.request_id}
      data-state={permission.state}
      data-own-keys
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys work where the card has the focus
      tabIndex={0}
      aria-label={t().permission.label(oneLine(title, 120))}
      onKeyDown={pressed}
    >
      <CardHead icon="shield" asked={permission} inChat={inChat} isOpen={isOpen}>
        {t().permission.asks} <strong>{t().permission.tool(oneLine(details.tool))}</strong>
      </CardHead>
      {isOpen || permission.state === "pending" ? (
        <RequestBody details={details} title={permission.title} />
      ) : (
        <p class="permission-summary mono">{oneLine(title)}</p>
      )}
      <ProblemNote error={problem} />
      {isOpen && mayAnswer && form === "note" && (
        <NoteForm onSend={(note) => give("deny", { note })} onClose={() => setForm(null)} />
      )}
      {isOpen && mayAnswer && form === "always" && offer && (
        <AlwaysForm
          offer={offer}
          tool={details.tool}
          onAnswer={(answer, always) => give(answer, { always })}
          onClose={() => setForm(null)}
        />
      )}
      {isOpen && mayAnswer && form === null && (
        <Answers
          scope={details.scope}
          give={give}
          note={() => setForm("note")}
          always={offer ? () => setForm("always") : null}
        />
      )}
      {isOpen && !mayAnswer && <p class="small faint">{t().permission.may_not}</p>}
      {!isOpen && <Progress permission={permission} onItsWay={onItsWay} />}
    </article>
  );
}

/** What goes along with an answer. */
interface More {
  note?: string;
  always?: AlwaysAnswer;
}

/** Sends an answer; what becomes of it is heard from the server. */
async function send(
  permission: PermissionView,
  answer: PermissionAnswer,
  { note = "", always }: More,
): Promise<void> {
  const id = permission.request_id;
  sending.value = new Map(sending.value).set(id, answer);
  try {
    const given = note.trim();
    const body = {
      answer,
      digest: permission.digest,
      ...(given === "" ? {} : { note: given }),
      ...(always ? { always } : {}),
    };
    store.putPermission((await answerPermission(id, body)).permission);
  } finally {
    const rest = new Map(sending.value);
    rest.delete(id);
    sending.value = rest;
  }
}

function keys(
  give: (answer: PermissionAnswer) => void,
  note: () => void,
  forSession: boolean,
): Readonly<Record<string, () => void>> {
  return {
    y: () => give("allow_once"),
    ...(forSession ? { a: () => give("allow_session") } : {}),
    n: note,
  };
}

interface AnswersProps {
  scope: "command" | "tool" | "call" | "none";
  give: (answer: PermissionAnswer) => void;
  note: () => void;
  /** Null where only this one question can be answered. */
  always: (() => void) | null;
}

function Answers({ scope, give, note, always }: AnswersProps) {
  const words = t().permission;
  return (
    <div class="permission-answers">
      <Button
        look="primary"
        keyHint="Y"
        data-action="allow_once"
        onClick={() => give("allow_once")}
      >
        {words.allow_once}
      </Button>
      {scope !== "none" && (
        <Button keyHint="A" data-action="allow_session" onClick={() => give("allow_session")}>
          {words.allow_session}
        </Button>
      )}
      {always && (
        <Button look="ghost" data-action="always" onClick={always}>
          {words.always}
        </Button>
      )}
      <span class="permission-gap" />
      <Button look="danger" data-action="deny" onClick={() => give("deny")}>
        {words.deny}
      </Button>
      <Button look="ghost" keyHint="N" data-action="deny_with_note" onClick={note}>
        {words.deny_with_note}
      </Button>
      {scope !== "none" && <p class="permission-scope">{words.scopes[scope]}</p>}
    </div>
  );
}

function NoteForm({ onSend, onClose }: { onSend: (note: string) => void; onClose: () => void }) {
  const [note, setNote] = useState("");
  const words = t().permission;
  const field = useRef<HTMLTextAreaElement>(null);
  return (
    <form
      class="permission-note"
      onSubmit={(event) => {
        event.preventDefault();
        onSend(note);
      }}
    >
      <label>
        <span>{words.note_label}</span>
        <textarea
          ref={(element) => {
            // Once, when it appears.
            if (element && field.current !== element) {
              element.focus();
            }
            field.current = element;
          }}
          class="input"
          rows={3}
          maxLength={LONGEST_NOTE}
          placeholder={words.note_placeholder}
          value={note}
          onInput={(event) => setNote(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (isComposing(event)) {
              return;
            }
            if (event.key === "Escape") {
              event.stopPropagation();
              onClose();
            } else if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
              event.preventDefault();
              onSend(note);
            }
          }}
        />
      </label>
      <div class="permission-answers">
        <Button look="danger" type="submit" data-action="send_denial">
          {words.send_denial}
        </Button>
        <Button look="ghost" onClick={onClose}>
          {t().common.cancel}
        </Button>
      </div>
    </form>
  );
}
