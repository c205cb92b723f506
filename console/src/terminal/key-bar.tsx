/** Keys that a phone does not have, and a line for those who write with an input method. */

import { useEffect, useRef, useState } from "preact/hooks";

import "./key-bar.css";
import { t } from "../i18n";
import { isComposing } from "../keyboard/keys";
import { Icon } from "../ui/icon";
import { type Arrow, arrow, KEYS, type Modifiers, NONE } from "./modifiers";
import type { Parts } from "./parts";

interface KeyBarProps {
  parts: Parts;
  held: Modifiers;
  setHeld: (held: Modifiers) => void;
  onPaste: (text: string) => void;
}

const REPEAT_AFTER_MS = 400;
const REPEAT_EVERY_MS = 60;

export function KeyBar({ parts, held, setHeld, onPaste }: KeyBarProps) {
  const words = t().terminal;
  const [isSecond, setSecond] = useState(false);
  const [hasLine, setLine] = useState(false);
  const { terminal } = parts.emulator;
  const send = (text: string) => {
    // As if it had been typed, so that it takes the same way.
    terminal.input(text);
  };
  const arrows = (which: Arrow) => () => {
    send(arrow(which, terminal.modes.applicationCursorKeysMode, held));
    setHeld(NONE);
  };
  const paste = () => {
    void navigator.clipboard?.readText().then(onPaste, () => {});
  };
  return (
    <div class="key-bar">
      {hasLine && <LineInput send={send} />}
      <div class="key-row" role="toolbar" aria-label={words.keys}>
        {isSecond ? (
          <>
            <BarKey label="Home" press={() => send(KEYS.home)} />
            <BarKey label="End" press={() => send(KEYS.end)} />
            <BarKey label="PgUp" press={() => send(KEYS.page_up)} repeats />
            <BarKey label="PgDn" press={() => send(KEYS.page_down)} repeats />
            <BarKey label="⇧Tab" press={() => send(KEYS.back_tab)} />
            {["/", "-", "|", "~", "`"].map((sign) => (
              <BarKey key={sign} label={sign} press={() => send(sign)} />
            ))}
          </>
        ) : (
          <>
            <BarKey label="Esc" press={() => send(KEYS.escape)} />
            <BarKey label="Tab" press={() => send(KEYS.tab)} />
            <BarKey
              label="Ctrl"
              isHeld={held.ctrl}
              press={() => setHeld({ ...held, ctrl: !held.ctrl })}
            />
            <BarKey
              label="Alt"
              isHeld={held.alt}
              press={() => setHeld({ ...held, alt: !held.alt })}
            />
            <BarKey label="←" name={words.left} press={arrows("left")} repeats />
            <BarKey label="↓" name={words.down} press={arrows("down")} repeats />
            <BarKey label="↑" name={words.up} press={arrows("up")} repeats />
            <BarKey label="→" name={words.right} press={arrows("right")} repeats />
            <BarKey label="^C" name="Ctrl C" press={() => send(KEYS.interrupt)} />
            {navigator.clipboard && <BarKey label={words.paste} press={paste} />}
          </>
        )}
        <BarKey label="Aa" name={words.line} isHeld={hasLine} press={() => setLine(!hasLine)} />
        <BarKey
          label="⋯"
          name={words.more_keys}
          isHeld={isSecond}
          press={() => setSecond(!isSecond)}
        />
      </div>
    </div>
  );
}

interface BarKeyProps {
  label: string;
  /** Where the label is only a sign. */
  name?: string;
  press: () => void;
  isHeld?: boolean;
  repeats?: boolean;
}

/** The terminal keeps the focus, and with it the phone its keyboard. */
function BarKey({ label, name, press, isHeld, repeats = false }: BarKeyProps) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latest = useRef(press);
  latest.current = press;
  const stop = () => clearTimeout(timer.current);
  useEffect(() => () => clearTimeout(timer.current), []);
  const again = () => {
    latest.current();
    timer.current = setTimeout(again, REPEAT_EVERY_MS);
  };
  return (
    <button
      type="button"
      class="bar-key"
      aria-label={name}
      aria-pressed={isHeld}
      onPointerDown={(event) => {
        event.preventDefault();
        press();
        if (repeats) {
          timer.current = setTimeout(again, REPEAT_AFTER_MS);
        }
      }}
      onPointerUp={stop}
      onPointerCancel={stop}
      onPointerLeave={stop}
      onKeyDown={(event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          press();
        }
      }}
    >
      {label}
    </button>
  );
}

/** A whole line is written first and sent then: input methods need room to compose. */
function LineInput({ send }: { send: (text: string) => void }) {
  const words = t().terminal;
  const [text, setText] = useState("");
  const submit = () => {
    send(text + KEYS.enter);
    setText("");
  };
  return (
    <form
      class="key-line"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <input
        class="input"
        aria-label={words.line}
        placeholder={words.line_placeholder}
        autocapitalize="off"
        autoComplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !isComposing(event)) {
            event.preventDefault();
            submit();
          }
        }}
      />
      <button type="submit" class="bar-key" aria-label={words.send_line}>
        <Icon name="arrow_up" size={18} />
      </button>
    </form>
  );
}
