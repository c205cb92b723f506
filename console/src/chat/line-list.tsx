/**
 * The lines of a chat: only those in sight are on the page. Stays at the end while the end grows,
 * and stays where one reads when something above changes its height.
 */

import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import "./line-list.css";
import { t } from "../i18n";
import type { Line } from "../transcript/chat-log";
import { Icon } from "../ui/icon";
import { guessHeight } from "./guess-height";
import { Heights } from "./heights";

interface LineListProps {
  lines: readonly Line[];
  draw: (line: Line) => ComponentChildren;
  /** What stands below the last line. */
  foot: ComponentChildren;
  /** Where one was when one was here before; kept by the caller. */
  place: { current: Place | null };
  /** Set to a line's key to go there. */
  target: string | null;
}

/** A place in the list that outlives lines that grow. */
export interface Place {
  key: string;
  offset: number;
}

/** Lines are drawn so far beyond the edges, so that nothing is empty while one scrolls. */
const BEYOND_PX = 900;

/** For so many frames a line that somebody came for keeps the focus before it counts as found. */
const FRAMES_HELD = 3;

/** After so many it is given up: it is not there any more. */
const FRAMES_TRIED = 120;

/** So near the end counts as the end. */
const END_PX = 48;

/** More than this at once are no lines that one reads, but an animation of many frames. */
const INITIAL_LINES = 12;

export function LineList({ lines, draw, foot, place, target }: LineListProps) {
  const box = useRef<HTMLDivElement>(null);
  const heights = useRef(new Heights());
  const shown = useRef<readonly Line[]>([]);
  const isAtEnd = useRef(place.current === null);
  /** Where it was scrolled to, last time that was looked at. */
  const before = useRef(0);
  const [range, setRange] = useState<readonly [number, number]>([0, INITIAL_LINES]);
  const [isAway, setAway] = useState(place.current !== null);

  grow(heights.current, shown, lines);

  const look = useCallback(() => {
    const element = box.current;
    if (!element) {
      return;
    }
    const { scrollTop, clientHeight } = element;
    setAway(!isAtEnd.current);
    const first = heights.current.at(scrollTop - BEYOND_PX);
    const last = heights.current.at(scrollTop + clientHeight + BEYOND_PX);
    setRange((shownNow) =>
      shownNow[0] === first && shownNow[1] === last + 1 ? shownNow : [first, last + 1],
    );
    const top = heights.current.at(scrollTop);
    const line = shown.current[top];
    place.current =
      isAtEnd.current || !line
        ? null
        : { key: line.key, offset: scrollTop - heights.current.top(top) };
  }, [place]);

  // The end is left by scrolling up, not by lines that grow faster than one can follow.
  const scrolled = useCallback(() => {
    const element = box.current;
    if (element) {
      const { scrollTop, clientHeight, scrollHeight } = element;
      const isNearEnd = scrollHeight - scrollTop - clientHeight < END_PX;
      const movedUp = scrollTop < before.current - 1;
      isAtEnd.current = isNearEnd || (isAtEnd.current && !movedUp);
      before.current = scrollTop;
      look();
    }
  }, [look]);

  const goToEnd = useCallback(() => {
    const element = box.current;
    if (element) {
      isAtEnd.current = true;
      element.scrollTop = element.scrollHeight;
      before.current = element.scrollTop;
    }
  }, []);

  const goTo = useCallback((key: string, offset: number) => {
    const index = shown.current.findIndex((line) => line.key === key);
    const element = box.current;
    if (index >= 0 && element) {
      isAtEnd.current = false;
      element.scrollTop = heights.current.top(index) + offset;
      before.current = element.scrollTop;
    }
  }, []);

  // Where one was before.
  useLayoutEffect(() => {
    const earlier = place.current;
    if (earlier) {
      goTo(earlier.key, earlier.offset);
    } else {
      goToEnd();
    }
    look();
  }, [goTo, goToEnd, look, place]);

  useEffect(() => {
    if (target === null) {
      return undefined;
    }
    goTo(target, -60);
    look();
    // A line that was far away is drawn some frames later, and may be out of sight again once those
    // around it are measured.
    let [held, tries] = [0, 0];
    const seek = () => {
      const name = `[data-line="${CSS.escape(target)}"]`;
      const line = box.current?.querySelector<HTMLElement>(name);
      if (!line) {
        goTo(target, -60);
        look();
      } else if (document.activeElement !== line) {
        held = 0;
        line.focus();
      } else {
        held += 1;
      }
      tries += 1;
      if (held < FRAMES_HELD && tries < FRAMES_TRIED) {
        frame = requestAnimationFrame(seek);
      }
    };
    let frame = requestAnimationFrame(seek);
    return () => cancelAnimationFrame(frame);
  }, [target, goTo, look]);

  // The end stays the end, and what came into sight is drawn.
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines are what moves the end
  useLayoutEffect(() => {
    if (isAtEnd.current) {
      goToEnd();
    }
    look();
  }, [lines, goToEnd, look]);

  const measured = useCallback(
    (index: number, height: number) => {
      const element = box.current;
      const top = heights.current.top(index);
      const change = heights.current.set(index, height);
      if (!element || change === 0) {
        return;
      }
      if (isAtEnd.current) {
        goToEnd();
      } else if (top < element.scrollTop) {
        element.scrollTop += change;
        before.current = element.scrollTop;
      }
      look();
    },
    [goToEnd, look],
  );
  const observer = useSizes(box, measured, goToEnd, isAtEnd, look);

  const [start, end] = [Math.min(range[0], lines.length), Math.min(range[1], lines.length)];
  const above = heights.current.top(start);
  const below = heights.current.total - heights.current.top(end);
  return (
    <div class="line-list">
      <div
        ref={box}
        class="line-scroll"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by key
        tabIndex={0}
        onScroll={scrolled}
        role="log"
        aria-live="off"
        aria-label={t().chat.transcript}
      >
        <div class="line-column">
          <div style={{ height: `${above}px` }} />
          {lines.slice(start, end).map((line, index) => (
            <div
              key={line.key}
              class="line"
              data-line={line.key}
              data-index={start + index}
              tabIndex={-1}
              ref={observer}
            >
              {draw(line)}
            </div>
          ))}
          <div style={{ height: `${below}px` }} />
          <div class="line-foot" data-foot ref={observer}>
            {foot}
          </div>
        </div>
      </div>
      {isAway && (
        <button type="button" class="to-end" onClick={goToEnd}>
          <Icon name="arrow_down" size={15} />
          {t().chat.to_end}
        </button>
      )}
    </div>
  );
}

/** Makes room for lines that are new, or forgets everything where the list is another one. */
function grow(heights: Heights, shown: { current: readonly Line[] }, lines: readonly Line[]): void {
  const before = shown.current;
  const isOther = lines.length < before.length || lines[0]?.key !== before[0]?.key;
  if (isOther && before.length > 0) {
    heights.clear();
  }
  for (const line of lines.slice(heights.length)) {
    heights.push(guessHeight(line.item.peek()));
  }
  shown.current = lines;
}

/** Watches the sizes of the box and of what is drawn in it; answers a `ref` for the latter. */
function useSizes(
  box: { current: HTMLDivElement | null },
  measured: (index: number, height: number) => void,
  goToEnd: () => void,
  isAtEnd: { current: boolean },
  look: () => void,
) {
  const observer = useRef<ResizeObserver | null>(null);
  if (observer.current === null && typeof ResizeObserver !== "undefined") {
    observer.current = new ResizeObserver((entries) => {
      for (const entry of entries) {
        const element = entry.target as HTMLElement;
        const index = Number(element.dataset.index ?? -1);
        if (index >= 0 && element.isConnected) {
          measured(index, element.offsetHeight);
        } else if (isAtEnd.current) {
          goToEnd();
        } else {
          look();
        }
      }
    });
  }
  useEffect(() => {
    const watcher = observer.current;
    if (box.current) {
      watcher?.observe(box.current);
    }
    return () => watcher?.disconnect();
  }, [box]);
  return useCallback((element: HTMLElement | null) => {
    if (element) {
      observer.current?.observe(element);
      return () => observer.current?.unobserve(element);
    }
    return undefined;
  }, []);
}
