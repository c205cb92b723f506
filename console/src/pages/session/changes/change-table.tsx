/**
 * Lines that differ, as one table. One line at a time is reached with Tab; the arrow keys go from
 * one to the next, with Shift several are chosen, and Enter begins a comment on them.
 */

import type { ComponentChildren } from "preact";
import { Fragment } from "preact";
import { useRef, useState } from "preact/hooks";

import { wrapLines } from "../../../app/preferences";
import { RowText } from "../../../diff/row-text";
import type { Row } from "../../../diff/rows";
import { t } from "../../../i18n";
import { isComposing } from "../../../keyboard/keys";
import { Foreign } from "../../../ui/bits";
import { Button } from "../../../ui/button";
import { Icon } from "../../../ui/icon";
import { CommentForm } from "./comment-form";

/** Lines that stand together. */
export interface Stretch {
  heading: string;
  rows: readonly Row[];
  /** Those of its lines that end a file without a line break. */
  unended: ReadonlySet<number>;
}

export type Range = readonly [number, number];

interface ChangeTableProps {
  stretches: readonly Stretch[];
  label: string;
  /** What stands below a line. */
  below: (index: number) => ComponentChildren[];
  onComment: (range: Range, text: string) => void;
}

/** So many lines are drawn at first, and again when more are wanted. */
const PIECE_ROWS = 1500;

const SIGNS = { same: " ", add: "+", del: "−" } as const;

export function ChangeTable({ stretches, label, below, onComment }: ChangeTableProps) {
  const words = t().changes;
  const table = useRef<HTMLTableElement>(null);
  const [at, setAt] = useState<{ anchor: number; line: number }>({ anchor: 0, line: 0 });
  const [isWriting, setWriting] = useState(false);
  const [shown, setShown] = useState(PIECE_ROWS);
  const total = stretches.reduce((sum, stretch) => sum + stretch.rows.length, 0);
  const last = Math.min(total, shown) - 1;
  const line = Math.min(at.line, last);
  const range: Range = [Math.min(at.anchor, line), Math.max(Math.min(at.anchor, last), line)];

  const focus = (index: number) =>
    table.current?.querySelector<HTMLElement>(`[data-line="${index}"]`)?.focus();
  const goTo = (index: number, isWider: boolean) => {
    const next = Math.max(0, Math.min(last, index));
    setAt({ anchor: isWider ? at.anchor : next, line: next });
    focus(next);
  };
  const pressed = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 }[event.key];
    const isOnLine = (event.target as HTMLElement).dataset.line !== undefined;
    if (isOnLine && step !== undefined && !isComposing(event)) {
      event.preventDefault();
      goTo(line + step, event.shiftKey);
    }
  };
  const begin = (index: number, isWider: boolean) => {
    // On the end of what was chosen, what was chosen is meant.
    const isChosen = index === line && range[0] !== range[1];
    setAt({ anchor: isWider || isChosen ? at.anchor : index, line: index });
    setWriting(true);
  };
  const close = () => {
    setWriting(false);
    focus(line);
  };

  let before = 0;
  return (
    <>
      <p class="unseen" id="changes-keys">
        {words.keys}
      </p>
      <table
        ref={table}
        class={`diff-table changes-table ${wrapLines.value ? "diff-wrapped" : ""}`}
        aria-label={label}
        aria-describedby="changes-keys"
        onKeyDown={pressed}
      >
        {stretches.map(({ heading, rows, unended }) => {
          const start = before;
          before += rows.length;
          return start > last ? null : (
            <tbody key={start}>
              {(start > 0 || !isFromTheTop(rows)) && (
                <tr class="diff-fold">
                  <td colSpan={5} class="changes-heading">
                    <span aria-hidden="true">⋯</span> <Foreign text={heading} mono />
                  </td>
                </tr>
              )}
              {rows.slice(0, last + 1 - start).map((row, index) => {
                const place = start + index;
                const isEnd = isWriting && place === range[1];
                return (
                  <Fragment key={place}>
                    <tr
                      class={`diff-${row.kind} ${isWriting && isIn(range, place) ? "changes-chosen" : ""}`}
                    >
                      <td class="changes-say">
                        <button
                          type="button"
                          data-line={place}
                          tabIndex={place === line ? 0 : -1}
                          aria-label={labelOf(row)}
                          class={isIn(range, place) && range[0] !== range[1] ? "changes-held" : ""}
                          onFocus={() =>
                            setAt((before) =>
                              before.line === place ? before : { anchor: place, line: place },
                            )
                          }
                          onClick={(event) => begin(place, event.shiftKey)}
                        >
                          <Icon name="plus" size={13} />
                        </button>
                      </td>
                      <td class="diff-number">{row.oldLine}</td>
                      <td class="diff-number">{row.newLine}</td>
                      <td class="diff-sign">{SIGNS[row.kind]}</td>
                      <td class="diff-text">
                        <RowText row={row} />
                      </td>
                    </tr>
                    {unended.has(index) && <Under>{words.unended}</Under>}
                    {below(place).map((card, number) => (
                      <Under key={number}>{card}</Under>
                    ))}
                    {isEnd && (
                      <Under>
                        <CommentForm
                          submit={words.add}
                          onCancel={close}
                          onSave={(text) => {
                            onComment(range, text);
                            setAt({ anchor: line, line });
                            close();
                          }}
                        />
                      </Under>
                    )}
                  </Fragment>
                );
              })}
            </tbody>
          );
        })}
      </table>
      {total > shown && (
        <p class="files-more">
          <Button size="s" onClick={() => setShown(shown + PIECE_ROWS)}>
            {words.show_more(Math.min(PIECE_ROWS, total - shown))}
          </Button>
        </p>
      )}
    </>
  );
}

function Under({ children }: { children: ComponentChildren }) {
  return (
    <tr class="changes-under">
      <td colSpan={5}>
        <div class="changes-card-place">{children}</div>
      </td>
    </tr>
  );
}

/** Whether nothing was left out above these lines. */
function isFromTheTop([first]: readonly Row[]): boolean {
  return (first?.oldLine ?? 1) <= 1 && (first?.newLine ?? 1) <= 1;
}

const isIn = ([from, to]: Range, place: number) => from <= place && place <= to;

function labelOf({ newLine, oldLine }: Row): string {
  const words = t().changes;
  return newLine === null ? words.comment_on_removed(oldLine ?? 0) : words.comment_on(newLine);
}
