/**
 * Reads Markdown that grows: blocks that can no longer change are not read again, so that a long
 * message costs as much per word at its end as at its beginning.
 */

import { Lexer, type Token, type TokensList } from "marked";

import { mend } from "./mend";

/** How many blocks at the end may still change when more text comes. */
const UNSETTLED = 2;

export class BlockReader {
  #text = "";
  #settled: Token[] = [];
  #settledEnd = 0;

  /** The blocks of a text. `isOpen` says that more may follow on it. */
  read(text: string, isOpen: boolean): readonly Token[] {
    if (!isOpen) {
      // Read as a whole once: a definition at the end can change a link at the beginning.
      this.#forget();
      return withoutSpace(lex(text));
    }
    if (!text.startsWith(this.#text)) {
      this.#forget();
    }
    this.#text = text;
    const rest = text.slice(this.#settledEnd);
    const tokens = lex(rest);
    const settled = tokens.slice(0, Math.max(0, tokens.length - UNSETTLED));
    for (const token of settled) {
      this.#settled.push(token);
      this.#settledEnd += token.raw.length;
    }
    const open = lex(mend(text.slice(this.#settledEnd)));
    return withoutSpace([...this.#settled, ...open]);
  }

  #forget(): void {
    this.#text = "";
    this.#settled = [];
    this.#settledEnd = 0;
  }
}

function lex(text: string): TokensList {
  return new Lexer({ gfm: true, breaks: false }).lex(text.replaceAll("\r\n", "\n"));
}

function withoutSpace(tokens: readonly Token[]): readonly Token[] {
  return tokens.filter((token) => token.type !== "space" && token.type !== "def");
}
