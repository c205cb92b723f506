/** A change of one file. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import "./diff-view.css";
import { diffLayout, wrapLines } from "../app/preferences";
import { t } from "../i18n";
import { Foreign } from "../ui/bits";
import { Button, IconButton } from "../ui/button";
import { CopyButton } from "../ui/copy";
import { fold, sideBySide } from "./layout";
import { RowText } from "./row-text";
import { type Changes, changes, type Row } from "./rows";

export interface DiffProps {
  path: string;
  /** Absent where the file is new. */
  oldText: string | undefined;
  newText: string;
}

/** From this width on two columns are easier to read than one. */
const SPLIT_FROM_PX = 900;

/** Below this width nobody can have wanted two columns. */
const SPLIT_LEAST_PX = 640;

/** More changed lines than this are shown when somebody wants them. */
const GATE_ROWS = 400;

/** And then piece by piece. */
const PIECE_ROWS = 2000;

export function DiffView({ path, oldText, newText }: DiffProps) {
  const found = useMemo(() => changes(oldText ?? "", newText), [oldText, newText]);
  const [shown, setShown] = useState(GATE_ROWS);
  const box = useRef<HTMLElement>(null);
  const width = useWidth(box);
  const canSplit = width >= SPLIT_LEAST_PX && oldText !== undefined;
  const wantsSplit =
    diffLayout.value === "auto" ? width >= SPLIT_FROM_PX : diffLayout.value === "split";
  const isSplit = canSplit && wantsSplit;
  const changed = found.added + found.removed;
  const words = t().diff;
  const rows = changed > shown ? firstChanged(found.rows, shown) : found.rows;
  return (
    <figure ref={box} class="diff" data-path={path}>
      <figcaption class="diff-head">
        <span class="diff-path">
          <Foreign text={path} mono />
        </span>
        {oldText === undefined && <span class="diff-new">{words.new_file}</span>}
        <span class="diff-counts">
          <span class="diff-plus">+{found.added}</span>
          <span class="diff-minus">−{found.removed}</span>
          <span class="unseen">{words.counts(found.added, found.removed)}</span>
        </span>
        <span class="diff-tools">
          <CopyButton text={path} label={words.copy_path} />
          <IconButton
            icon="wrap"
            size="s"
            label={words.wrap}
            aria-pressed={wrapLines.value}
            onClick={() => {
              wrapLines.value = !wrapLines.value;
            }}
          />
          {canSplit && (
            <IconButton
              icon="split"
              size="s"
              label={words.split}
              aria-pressed={isSplit}
              onClick={() => {
                diffLayout.value = isSplit ? "unified" : "split";
              }}
            />
          )}
        </span>
      </figcaption>
      {found.isCoarse && <p class="diff-note">{words.coarse}</p>}
      <DiffTable rows={rows} isSplit={isSplit} isWrapped={wrapLines.value} />
      {changed > shown && (
        <p class="diff-gate">
          <Button size="s" onClick={() => setShown(shown + PIECE_ROWS)}>
            {words.show_more(changed - shown)}
          </Button>
        </p>
      )}
      <Ending ending={found.ending} isEmpty={changed === 0} isNew={oldText === undefined} />
    </figure>
  );
}

interface EndingProps {
  ending: Changes["ending"];
  isEmpty: boolean;
  isNew: boolean;
}

function Ending({ ending, isEmpty, isNew }: EndingProps) {
  const words = t().diff;
  if (ending === "same") {
    const nothing = isNew ? words.empty_file : words.no_changes;
    return isEmpty ? <p class="diff-note">{nothing}</p> : null;
  }
  const notes = {
    gained: words.break_gained,
    lost: words.break_lost,
    missing: words.break_missing,
  };
  return <p class="diff-note">{notes[ending]}</p>;
}

/** Rows up to the changed one with this number. */
function firstChanged(rows: readonly Row[], most: number): readonly Row[] {
  let seen = 0;
  const end = rows.findIndex((row) => {
    seen += row.kind === "same" ? 0 : 1;
    return seen > most;
  });
  return end < 0 ? rows : rows.slice(0, end);
}

interface TableProps {
  rows: readonly Row[];
  isSplit: boolean;
  isWrapped: boolean;
}

function DiffTable({ rows, isSplit, isWrapped }: TableProps) {
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const blocks = useMemo(() => fold(rows, opened), [rows, opened]);
  return (
    // Keys must reach what does not fit.
    <section
      class={`diff-scroll ${isWrapped ? "diff-wrapped" : ""}`}
      aria-label={t().diff.caption}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
      tabIndex={0}
    >
      <table class={isSplit ? "diff-table diff-split" : "diff-table"}>
        {isSplit && (
          <colgroup>
            <col class="diff-number-column" />
            <col />
            <col class="diff-number-column" />
            <col />
          </colgroup>
        )}
        {blocks.map((block) =>
          block.kind === "fold" ? (
            <tbody key={`fold-${block.id}`}>
              <tr class="diff-fold">
                <td colSpan={4}>
                  <button type="button" onClick={() => setOpened(new Set([...opened, block.id]))}>
                    {t().diff.unchanged(block.rows.length)}
                  </button>
                </td>
              </tr>
            </tbody>
          ) : (
            <tbody key={keyOf(block.rows[0])}>
              {isSplit ? <SplitRows rows={block.rows} /> : <UnifiedRows rows={block.rows} />}
            </tbody>
          ),
        )}
      </table>
    </section>
  );
}

function keyOf(row: Row | undefined): string {
  return `${row?.kind}-${row?.oldLine}-${row?.newLine}`;
}

const SIGNS = { same: " ", add: "+", del: "−" } as const;

function UnifiedRows({ rows }: { rows: readonly Row[] }) {
  return (
    <>
      {rows.map((row) => (
        <tr key={keyOf(row)} class={`diff-${row.kind}`}>
          <td class="diff-number">{row.oldLine}</td>
          <td class="diff-number">{row.newLine}</td>
          <td class="diff-sign">{SIGNS[row.kind]}</td>
          <td class="diff-text">
            <RowText row={row} />
          </td>
        </tr>
      ))}
    </>
  );
}

function SplitRows({ rows }: { rows: readonly Row[] }) {
  return (
    <>
      {sideBySide(rows).map(([left, right]) => (
        <tr key={`${left && keyOf(left)}|${right && keyOf(right)}`}>
          <Half row={left} side="oldLine" />
          <Half row={right} side="newLine" />
        </tr>
      ))}
    </>
  );
}

function Half({ row, side }: { row: Row | null; side: "oldLine" | "newLine" }) {
  const kind = row ? `diff-${row.kind}` : "diff-none";
  return (
    <>
      <td class={`diff-number ${kind}`}>{row?.[side]}</td>
      <td class={`diff-text ${kind}`}>{row && <RowText row={row} />}</td>
    </>
  );
}

/** The width of the element, 0 before it is known. */
function useWidth(box: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = box.current;
    if (!element || typeof ResizeObserver === "undefined") {
      return;
    }
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return width;
}
