/** Where one writes: text, pictures, slash commands; and where one stops what runs. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";

import "./composer.css";
import { sendKey } from "../app/preferences";
import { t } from "../i18n";
import { bytes } from "../i18n/format";
import { hasMod, isComposing } from "../keyboard/keys";
import { oneLine } from "../text/visible";
import type { SlashCommand } from "../transcript/update";
import { Button, IconButton } from "../ui/button";
import { Icon } from "../ui/icon";
import { Menu } from "../ui/menu";
import { toast } from "../ui/toast";
import {
  attach,
  attachmentsOf,
  blocks,
  detach,
  LARGEST_BYTES,
  MOST,
  type Unfit,
} from "./attachments";
import { commandPrefix, matching } from "./completion";
import { Completion } from "./completion-list";
import { draftOf, keepDraft } from "./draft";
import { MOST_PER_SESSION, post } from "./outbox";
import { cameForAPlace } from "./wanted";

interface ComposerProps {
  sessionId: string;
  agent: string;
  commands: readonly SlashCommand[];
  /** Whether a turn runs: what is sent now waits, or takes its place. */
  isRunning: boolean;
  isStopping: boolean;
  /** Whether nothing is taken: what is written stays until the session goes on. */
  isPaused: boolean;
  onStop: () => void;
  /** Whether the agent takes pictures; null while that is not known. */
  takesPictures: boolean | null;
  /** Pickers. */
  tools: ComponentChildren;
}

/** How long a second Escape may take. */
const SECOND_ESCAPE_MS = 2000;
const DRAFT_AFTER_MS = 300;

export function Composer(props: ComposerProps) {
  const { sessionId, commands, isRunning, isStopping, isPaused, onStop, takesPictures } = props;
  const words = t().chat;
  const [text, setText] = useDraft(sessionId);
  const [cursor, setCursor] = useState(0);
  const [chosen, setChosen] = useState(0);
  const [isDismissed, setDismissed] = useState(false);
  const [asksToStop, setAsksToStop] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const attachments = attachmentsOf(sessionId).value;
  const prefix = commandPrefix(text, cursor);
  const offered = prefix === null || isDismissed ? [] : matching(commands, prefix);
  const canSend = !isPaused && (text.trim() !== "" || attachments.length > 0);

  useGrowth(area, text);
  useEffect(() => {
    const hasKeyboard = !window.matchMedia("(pointer: coarse)").matches;
    if (hasKeyboard && !cameForAPlace(sessionId)) {
      area.current?.focus({ preventScroll: true });
    }
  }, [sessionId]);
  useEffect(() => {
    if (!asksToStop) {
      return;
    }
    const timer = setTimeout(() => setAsksToStop(false), SECOND_ESCAPE_MS);
    return () => clearTimeout(timer);
  }, [asksToStop]);

  const send = (whenBusy: "queue" | "steer") => {
    if (!canSend) {
      return;
    }
    if (!post(sessionId, blocks(text.trim(), attachments), whenBusy)) {
      toast({ tone: "bad", text: words.too_many_waiting(MOST_PER_SESSION) });
      return;
    }
    setText("");
    attachmentsOf(sessionId).value = [];
  };
  const complete = (command: SlashCommand) => {
    const rest = text.slice(cursor);
    const completed = `/${command.name} `;
    setText(completed + rest.trimStart());
    setCursor(completed.length);
    requestAnimationFrame(() =>
      area.current?.setSelectionRange(completed.length, completed.length),
    );
  };
  const add = (files: readonly File[]) => {
    void attach(sessionId, files).then(say);
  };
  const pressedEscape = () => {
    if (offered.length > 0) {
      setDismissed(true);
    } else if (isRunning && asksToStop) {
      setAsksToStop(false);
      onStop();
    } else if (isRunning) {
      setAsksToStop(true);
    }
  };
  const pressed = (event: KeyboardEvent) => {
    if (isComposing(event)) {
      return;
    }
    const choice = offered[Math.min(chosen, offered.length - 1)];
    if (event.key === "Escape") {
      event.preventDefault();
      pressedEscape();
    } else if (choice && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setChosen((chosen + step + offered.length) % offered.length);
    } else if (choice && (event.key === "Tab" || event.key === "Enter") && !event.shiftKey) {
      event.preventDefault();
      complete(choice);
    } else if (isSendKey(event)) {
      event.preventDefault();
      send("queue");
    }
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send("queue");
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        add([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      {offered.length > 0 && (
        <Completion id={listId} commands={offered} chosen={chosen} onTake={complete} />
      )}
      <div class="composer-box">
        {attachments.length > 0 && <Attached sessionId={sessionId} />}
        <textarea
          ref={area}
          class="composer-text"
          rows={1}
          placeholder={placeholder(props)}
          disabled={isPaused}
          aria-label={words.message}
          aria-controls={offered.length > 0 ? listId : undefined}
          aria-activedescendant={offered.length > 0 ? `${listId}-${chosen}` : undefined}
          enterkeyhint={sendKey.value === "enter" ? "send" : "enter"}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setCursor(event.currentTarget.selectionStart);
            setChosen(0);
            setDismissed(false);
          }}
          onSelect={(event) => setCursor(event.currentTarget.selectionStart)}
          onKeyDown={pressed}
          onPaste={(event) => {
            const files = [...(event.clipboardData?.files ?? [])];
            if (files.length > 0) {
              event.preventDefault();
              add(files);
            }
          }}
        />
        <div class="composer-tools">
          {takesPictures !== false && <AttachButton add={add} />}
          <div class="composer-pickers">{props.tools}</div>
          {isRunning && !isPaused && (
            <Button
              size="s"
              look="danger"
              icon="stop"
              busy={isStopping}
              data-action="stop"
              onClick={onStop}
            >
              {words.stop}
            </Button>
          )}
          {isRunning && canSend && (
            <Menu
              label={words.how_to_send}
              size="s"
              icon="chevron_down"
              items={[
                {
                  label: words.queue,
                  detail: words.queue_text,
                  icon: "list",
                  onSelect: () => send("queue"),
                },
                {
                  label: words.steer,
                  detail: words.steer_text,
                  icon: "steer",
                  onSelect: () => send("steer"),
                },
              ]}
            />
          )}
          <button
            type="submit"
            class="composer-send"
            disabled={!canSend}
            aria-label={isRunning ? words.queue : words.send}
            data-tip={isRunning ? words.queue : words.send}
          >
            <Icon name="arrow_up" size={19} />
          </button>
        </div>
      </div>
      <p class="composer-hint" role="status">
        {asksToStop ? words.escape_again : ""}
      </p>
    </form>
  );
}

function placeholder({ agent, isPaused, isRunning }: ComposerProps): string {
  const words = t().chat;
  if (isPaused) {
    return words.placeholder_paused;
  }
  return isRunning ? words.placeholder_running : words.placeholder(oneLine(agent, 40));
}

function isSendKey(event: KeyboardEvent): boolean {
  if (event.key !== "Enter" || event.shiftKey || event.altKey) {
    return false;
  }
  return sendKey.value === "mod_enter" ? hasMod(event) : !event.ctrlKey || hasMod(event);
}

function say(unfit: Unfit | null): void {
  if (unfit) {
    const words = t().chat.unfit;
    const text = unfit === "too_large" ? words.too_large(bytes(LARGEST_BYTES)) : null;
    toast({
      tone: "bad",
      text: text ?? (unfit === "too_many" ? words.too_many(MOST) : words[unfit as "unreadable"]),
    });
  }
}

/** The text of a session, kept as it is typed. */
function useDraft(sessionId: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => draftOf(sessionId));
  const latest = useRef(text);
  latest.current = text;
  useEffect(() => {
    const timer = setTimeout(() => keepDraft(sessionId, text), DRAFT_AFTER_MS);
    return () => clearTimeout(timer);
  }, [sessionId, text]);
  useEffect(() => {
    const flush = () => keepDraft(sessionId, latest.current);
    window.addEventListener("pagehide", flush);
    return () => {
      window.removeEventListener("pagehide", flush);
      flush();
    };
  }, [sessionId]);
  return [text, setText];
}

/** As high as its text, up to what the style sheet allows. */
function useGrowth(area: { current: HTMLTextAreaElement | null }, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text is what gives the height
  useLayoutEffect(() => {
    const element = area.current;
    if (element) {
      element.style.height = "auto";
      element.style.height = `${element.scrollHeight}px`;
    }
  }, [area, text]);
}

function AttachButton({ add }: { add: (files: readonly File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton
        icon="image"
        size="s"
        label={t().chat.attach}
        onClick={() => input.current?.click()}
      />
      <input
        ref={input}
        type="file"
        accept="image/png,image/jpeg,image/gif,image/webp"
        multiple
        hidden
        onChange={(event) => {
          add([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}

function Attached({ sessionId }: { sessionId: string }) {
  return (
    <ul class="attached">
      {attachmentsOf(sessionId).value.map((one) => (
        <li key={one.id}>
          <img src={`data:${one.mimeType};base64,${one.data}`} alt={oneLine(one.name)} />
          <button
            type="button"
            aria-label={t().chat.remove_picture(oneLine(one.name))}
            onClick={() => detach(sessionId, one.id)}
          >
            <Icon name="close" size={13} />
          </button>
        </li>
      ))}
    </ul>
  );
}
