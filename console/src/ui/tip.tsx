/** Says what a thing without words does, when it is pointed at or has the focus. */

import { signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

import "./tip.css";

const AFTER_MS = 450;

interface Tip {
  text: string;
  key: string | null;
  anchor: HTMLElement;
}

const tip = signal<Tip | null>(null);

/** Shows the tips of everything that has `data-tip`. One for the whole page. */
export function Tips() {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hide = () => {
      clearTimeout(timer);
      tip.value = null;
    };
    const show = (event: Event, afterMs: number) => {
      const target = event.target instanceof Element ? event.target : null;
      const anchor = target?.closest<HTMLElement>("[data-tip]") ?? null;
      clearTimeout(timer);
      if (!anchor) {
        tip.value = null;
        return;
      }
      const { tip: text = "", tipKey } = anchor.dataset;
      timer = setTimeout(() => {
        tip.value = { text, key: tipKey ?? null, anchor };
      }, afterMs);
    };
    const pointed = (event: PointerEvent) => {
      if (event.pointerType === "mouse") {
        show(event, AFTER_MS);
      }
    };
    const focused = (event: FocusEvent) => {
      if (event.target instanceof Element && event.target.matches(":focus-visible")) {
        show(event, 0);
      }
    };
    document.addEventListener("pointerover", pointed);
    document.addEventListener("focusin", focused);
    document.addEventListener("focusout", hide);
    document.addEventListener("pointerdown", hide);
    document.addEventListener("keydown", hide);
    return () => {
      hide();
      document.removeEventListener("pointerover", pointed);
      document.removeEventListener("focusin", focused);
      document.removeEventListener("focusout", hide);
      document.removeEventListener("pointerdown", hide);
      document.removeEventListener("keydown", hide);
    };
  }, []);
  return tip.value?.anchor.isConnected ? <TipBox tip={tip.value} /> : null;
}

function TipBox({ tip: { text, key, anchor } }: { tip: Tip }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (box.current) {
      // Above a modal dialog, only what is in the top layer can be seen.
      box.current.showPopover?.();
      place(box.current, anchor.getBoundingClientRect());
    }
  }, [anchor]);
  // The name of the thing says the same to those who do not see.
  return (
    <div ref={box} class="tip" popover="manual" aria-hidden="true">
      {text}
      {key && <kbd class="key">{key}</kbd>}
    </div>
  );
}

function place(box: HTMLElement, anchor: DOMRect): void {
  const margin = 6;
  const below = anchor.bottom + margin;
  const fits = below + box.offsetHeight + margin <= window.innerHeight;
  const middle = anchor.left + anchor.width / 2 - box.offsetWidth / 2;
  const furthest = window.innerWidth - box.offsetWidth - margin;
  box.style.left = `${Math.max(margin, Math.min(middle, furthest))}px`;
  box.style.top = `${fits ? below : anchor.top - box.offsetHeight - margin}px`;
}
