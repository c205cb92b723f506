/** A terminal of a machine, on the page. */

import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";

import "./terminal-view.css";
import type { SessionView } from "../api/types";
import { pageTitle } from "../app/page";
import { terminalFontSize } from "../app/preferences";
import { isPaused, user } from "../app/state";
import { shade } from "../app/theme";
import { t } from "../i18n";
import { hasMod } from "../keyboard/keys";
import { askToOpen } from "../markdown/open-link";
import { oneLine } from "../text/visible";
import { copy } from "../ui/clipboard";
import { toast } from "../ui/toast";
import { Attachment } from "./attachment";
import { ClipboardQuestion } from "./clipboard-question";
import { Emulator } from "./emulator";
import { changeFontSize } from "./font-size";
import { KeyBar } from "./key-bar";
import { type Modifiers, NONE, withModifiers } from "./modifiers";
import { Overlay } from "./overlay";
import type { Parts } from "./parts";
import { pasteable, runsLines } from "./paste";
import { PasteQuestion } from "./paste-question";
import { SearchBar } from "./search-bar";
import { TerminalBar } from "./terminal-bar";

/** A window that is being dragged is not followed step by step. */
const RESIZE_AFTER_MS = 100;

const LONGEST_TITLE = 80;

export function TerminalView({ session }: { session: SessionView }) {
  const box = useRef<HTMLDivElement>(null);
  const [parts, setParts] = useState<Parts | null>(null);
  const [title, setTitle] = useState("");
  const [isSearching, setSearching] = useState(false);
  const [offered, setOffered] = useState<string | null>(null);
  const [pasted, setPasted] = useState<string | null>(null);
  const [held, setHeld] = useState<Modifiers>(NONE);
  const heldNow = useRef(held);
  heldNow.current = held;

  const sessionId = session.session_id;
  useEffect(() => {
    const element = box.current;
    if (!element) {
      return;
    }
    const emulator = new Emulator(
      {
        typed: (bytes) => typed(bytes),
        offered: setOffered,
        titled: (name) => setTitle(oneLine(name, LONGEST_TITLE)),
        linked: askToOpen,
        pressed: (event) => pressed(event),
      },
      () => attachment.keyboard.peek().yours,
      terminalFontSize.peek(),
    );
    const attachment = new Attachment(sessionId, user.peek()?.user_id ?? "", emulator);
    const typed = (bytes: Uint8Array) => {
      const { ctrl, alt } = heldNow.current;
      const isKey = bytes.byteLength === 1 && (ctrl || alt);
      const sent = isKey ? withHeld(bytes, heldNow.current) : bytes;
      if (isKey) {
        setHeld(NONE);
      }
      if (!attachment.type(sent)) {
        refused(attachment);
      }
    };
    const pressed = (event: KeyboardEvent) =>
      press(event, emulator, { search: () => setSearching(true), paste });
    const paste = (text: string) => {
      const harmless = pasteable(text);
      if (runsLines(harmless, emulator.terminal.modes.bracketedPasteMode)) {
        setPasted(harmless);
      } else if (harmless !== "") {
        emulator.terminal.paste(harmless);
      }
    };
    const intercept = (event: ClipboardEvent) => {
      event.preventDefault();
      event.stopPropagation();
      paste(event.clipboardData?.getData("text/plain") ?? "");
    };
    emulator.paint(shade.peek());
    emulator.open(element);
    element.addEventListener("paste", intercept, true);
    const stopFollowing = followSize(element, emulator, attachment);
    setParts({ emulator, attachment });
    if (!window.matchMedia("(pointer: coarse)").matches) {
      emulator.terminal.focus();
    }
    return () => {
      stopFollowing();
      element.removeEventListener("paste", intercept, true);
      attachment.close();
      emulator.close();
      setParts(null);
    };
  }, [sessionId]);

  useAttached(parts, session);
  useLooks(parts);
  const stands = isPaused(session);
  useEffect(() => {
    // What would be typed blindly would all come at once when the program goes on.
    if (parts) {
      parts.emulator.terminal.options.disableStdin = stands;
    }
  }, [parts, stands]);
  useEffect(() => {
    // The program's own title never stands alone: it could pretend to be somebody else's page.
    const name = oneLine(session.title, LONGEST_TITLE);
    pageTitle.value = title ? `${name}: ${title}` : name;
  }, [title, session.title]);

  const close = () => parts?.emulator.terminal.focus();
  return (
    <div class="terminal">
      {parts && <TerminalBar parts={parts} title={title} onSearch={() => setSearching(true)} />}
      {parts && isSearching && (
        <SearchBar
          emulator={parts.emulator}
          onClose={() => {
            setSearching(false);
            close();
          }}
        />
      )}
      <div class="terminal-stage">
        <div ref={box} class="terminal-box" data-terminal />
        {parts && <Overlay parts={parts} />}
      </div>
      {parts && <KeyBar parts={parts} held={held} setHeld={setHeld} onPaste={setPasted} />}
      {parts && pasted !== null && (
        <PasteQuestion
          text={pasted}
          onClose={() => {
            setPasted(null);
            close();
          }}
          onPaste={(text) => {
            setPasted(null);
            parts.emulator.terminal.paste(text);
            close();
          }}
        />
      )}
      {offered !== null && (
        <ClipboardQuestion
          text={offered}
          onClose={() => setOffered(null)}
          onCopy={() => {
            void copy(offered).then((done) =>
              toast({
                tone: done ? "good" : "bad",
                text: done ? t().common.copied : t().common.copy_failed,
              }),
            );
            setOffered(null);
          }}
        />
      )}
    </div>
  );
}

function withHeld(bytes: Uint8Array, held: Modifiers): Uint8Array {
  const key = String.fromCharCode(bytes[0] ?? 0);
  return new TextEncoder().encode(withModifiers(key, held));
}

/** A key that did nothing must not look as if it had. */
function refused(attachment: Attachment): void {
  const words = t().terminal;
  const { holder } = attachment.keyboard.peek();
  if (attachment.ended.peek() !== null) {
    return;
  }
  const text = !attachment.mayWrite.peek()
    ? words.only_watching
    : holder
      ? words.held_by(oneLine(holder.display_name, 60))
      : words.too_much;
  toast({ tone: "plain", name: "keyboard", text });
}

interface PressActions {
  search: () => void;
  paste: (text: string) => void;
}

/** Our own keys; everything else belongs to the program. Answers whether the key was ours. */
function press(event: KeyboardEvent, emulator: Emulator, actions: PressActions): boolean {
  const key = event.key.toLowerCase();
  const isOurs = event.ctrlKey && event.shiftKey && !event.altKey && !event.metaKey;
  if (isOurs && (key === "c" || key === "v" || key === "f")) {
    if (event.type === "keydown") {
      shifted(key, event, emulator, actions);
    }
    return true;
  }
  const step =
    hasMod(event) && !event.altKey ? { "+": 1, "=": 1, "-": -1, "0": 0 }[key] : undefined;
  if (step !== undefined) {
    if (event.type === "keydown") {
      event.preventDefault();
      changeFontSize(step);
    }
    return true;
  }
  return false;
}

function shifted(
  key: "c" | "v" | "f",
  event: KeyboardEvent,
  emulator: Emulator,
  actions: PressActions,
): void {
  if (key === "f") {
    event.preventDefault();
    actions.search();
  } else if (key === "c") {
    event.preventDefault();
    const selection = emulator.terminal.getSelection();
    if (selection) {
      void copy(selection);
    }
  }
  // Pasting is the browser's: its event brings the text without asking for a permission.
}

/**
 * Attaches, unless the program has ended: then the server lets nobody in. A view that is attached
 * already is told the end by the terminal itself, after its last words.
 */
function useAttached(parts: Parts | null, session: SessionView): void {
  const end = isOver(session) ? (session.detail ?? "") : null;
  useEffect(() => {
    if (!parts) {
      return;
    }
    const { attachment } = parts;
    if (end === null) {
      attachment.open();
      return;
    }
    return effect(() => {
      const { state } = attachment.connection.value;
      if (state === "closed" || state === "waiting") {
        attachment.finish(end);
      }
    });
  }, [parts, end]);
}

function isOver({ status }: SessionView): boolean {
  return status === "stopped" || status === "failed";
}

/** The theme and the size of letters, as they change. */
function useLooks(parts: Parts | null): void {
  useEffect(() => {
    if (!parts) {
      return;
    }
    return effect(() => {
      parts.emulator.paint(shade.value);
      parts.emulator.terminal.options.fontSize = terminalFontSize.value;
    });
  }, [parts]);
}

/** Tells how many cells fit, now and whenever that has changed. */
function followSize(box: HTMLElement, emulator: Emulator, attachment: Attachment): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let before = { width: 0, columns: 0, rows: 0 };
  const hasFingers = window.matchMedia("(pointer: coarse)").matches;
  const adjust = () => {
    timer = undefined;
    const size = emulator.fitting(box);
    if (!size) {
      return;
    }
    const isKeyboard =
      hasFingers && before.width === box.clientWidth && size.rows < before.rows && isFocused(box);
    if (isKeyboard) {
      // The keyboard of a phone covers the terminal; the program need not know.
      emulator.terminal.scrollToBottom();
      return;
    }
    if (size.columns !== before.columns || size.rows !== before.rows) {
      before = { width: box.clientWidth, ...size };
      attachment.resize(size.columns, size.rows);
    }
  };
  const observer = new ResizeObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(adjust, RESIZE_AFTER_MS);
  });
  observer.observe(box);
  // The first size goes along with the wish to attach, so that nothing is drawn in a wrong one.
  adjust();
  const rendered = emulator.terminal.onRender(() => {
    // Cells have a size when they have been drawn once, and another one with other letters. A
    // program that never stops writing must not put this off forever.
    timer ??= setTimeout(adjust, RESIZE_AFTER_MS);
  });
  return () => {
    clearTimeout(timer);
    observer.disconnect();
    rendered.dispose();
  };
}

function isFocused(box: HTMLElement): boolean {
  return box.contains(document.activeElement);
}
