/** The terminal emulator: xterm.js with what a program may do to the page taken away. */

import { SearchAddon } from "@xterm/addon-search";
import { UnicodeGraphemesAddon } from "@xterm/addon-unicode-graphemes";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";

import type { Screen } from "./attachment";
import { offeredText } from "./clipboard";
import { DARK, LIGHT } from "./palette";
import { guardReports } from "./reports";

export interface EmulatorEvents {
  /** Typed, pasted, or an answer that a program has asked for. */
  typed(bytes: Uint8Array): void;
  /** A program wants this text on the clipboard. */
  offered(text: string): void;
  titled(title: string): void;
  /** Somebody wants to go to an address. */
  linked(address: string): void;
  /** A key before the terminal sees it; true where it must not. */
  pressed(event: KeyboardEvent): boolean;
}

const SCROLLBACK_LINES = 10_000;

/** A full reset (ECMA-48 RIS), in order with the output around it. */
const RESET = "\u001bc";

export class Emulator implements Screen {
  readonly terminal: Terminal;
  readonly search = new SearchAddon();
  #mayAnswer = true;
  #isClosed = false;
  #isMine: () => boolean;
  #encoder = new TextEncoder();

  /** `isMine` says whether the keyboard is held here: only then is anything answered. */
  constructor(events: EmulatorEvents, isMine: () => boolean, fontSize: number) {
    this.#isMine = isMine;
    this.terminal = new Terminal({
      // The interface for the width of characters needs it; programs gain nothing by it.
      allowProposedApi: true,
      cursorBlink: true,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--mono").trim(),
      fontSize,
      lineHeight: 1.15,
      minimumContrastRatio: 3,
      scrollback: SCROLLBACK_LINES,
      linkHandler: { activate: (_, address) => events.linked(address) },
    });
    this.terminal.loadAddon(this.search);
    this.terminal.loadAddon(new WebLinksAddon((_, address) => events.linked(address)));
    this.terminal.loadAddon(new UnicodeGraphemesAddon());
    this.terminal.onData((data) => events.typed(this.#encoder.encode(data)));
    this.terminal.onBinary((data) => {
      events.typed(Uint8Array.from(data, (letter) => letter.charCodeAt(0)));
    });
    this.terminal.onTitleChange((title) => events.titled(title));
    this.terminal.attachCustomKeyEventHandler((event) => !events.pressed(event));
    guardReports(this.terminal, () => this.#mayAnswer && this.#isMine());
    this.terminal.parser.registerOscHandler(52, (data) => {
      const text = this.#mayAnswer ? offeredText(data) : null;
      if (text !== null) {
        events.offered(text);
      }
      return true;
    });
  }

  /** Puts it on the page. */
  open(box: HTMLElement): void {
    this.terminal.open(box);
    void this.#accelerate();
  }

  close(): void {
    this.#isClosed = true;
    this.terminal.dispose();
  }

  paint(shade: "light" | "dark"): void {
    this.terminal.options.theme = shade === "dark" ? DARK : LIGHT;
  }

  write(bytes: Uint8Array, isLive: boolean, drawn: () => void): void {
    this.#from(isLive);
    this.terminal.write(bytes, drawn);
  }

  replace(bytes: Uint8Array, drawn: () => void): void {
    this.#from(false);
    this.terminal.write(RESET);
    this.terminal.write(bytes, drawn);
  }

  resize(columns: number, rows: number): void {
    if (columns !== this.terminal.cols || rows !== this.terminal.rows) {
      this.terminal.resize(columns, rows);
    }
  }

  /** How many cells fit into the box; null while it has no size. */
  fitting(box: HTMLElement): { columns: number; rows: number } | null {
    const screen = this.terminal.element?.querySelector<HTMLElement>(".xterm-screen");
    const cellWidth = (screen?.offsetWidth ?? 0) / this.terminal.cols;
    const cellHeight = (screen?.offsetHeight ?? 0) / this.terminal.rows;
    const style = getComputedStyle(box);
    const width = box.clientWidth - pixels(style.paddingLeft) - pixels(style.paddingRight);
    const height = box.clientHeight - pixels(style.paddingTop) - pixels(style.paddingBottom);
    if (cellWidth <= 0 || cellHeight <= 0 || width < cellWidth || height < cellHeight) {
      return null;
    }
    const columns = Math.floor((width - SCROLL_BAR_PX) / cellWidth);
    return { columns: clamp(columns, 2), rows: clamp(Math.floor(height / cellHeight), 1) };
  }

  /** Programs are answered from here on, or not: decided when what is written next is parsed. */
  #from(isLive: boolean): void {
    this.terminal.write("", () => {
      this.#mayAnswer = isLive;
    });
  }

  /** Draws with the graphics card, and without it when that is taken away. */
  async #accelerate(): Promise<void> {
    try {
      const { WebglAddon } = await import("@xterm/addon-webgl");
      if (this.#isClosed) {
        return;
      }
      const webgl = new WebglAddon();
      webgl.onContextLoss(() => webgl.dispose());
      this.terminal.loadAddon(webgl);
    } catch {
      // No WebGL here: the page draws the cells itself, only slower.
    }
  }
}

/** What the contract allows. */
const MOST_CELLS = 1000;

/** Room for the scroll bar beside the last column. */
const SCROLL_BAR_PX = 14;

function clamp(cells: number, least: number): number {
  return Math.min(MOST_CELLS, Math.max(least, cells));
}

function pixels(length: string): number {
  return Number.parseFloat(length) || 0;
}
