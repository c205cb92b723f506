/** From a block of Markdown to HTML that is safe to draw. */

import { Marked, type Token, type Tokens } from "marked";

import { sanitise } from "./sanitise";

/** Tags that people write in Markdown on purpose; others are shown as they were written. */
const WRITTEN_TAGS =
  /^<(\/?(?:br|kbd|sub|sup|details|summary|b|i|em|strong|s|del|hr))(?:\s[^<>]*)?\/?>$/i;

const marked = new Marked({
  gfm: true,
  renderer: {
    // A picture is fetched from wherever the agent says, and tells that somebody looked (S29).
    image: ({ href, text }: Tokens.Image) =>
      `<span class="md-image">${escaped(text || href)}</span>${isWeb(href) ? ` ${anchor(href, href)}` : ""}`,
    link({ href, tokens }: Tokens.Link) {
      const words = this.parser.parseInline(tokens);
      return isWeb(href) ? anchor(href, words, true) : words;
    },
    html: ({ text }: Tokens.HTML | Tokens.Tag) => written(text),
    table({ header, align, rows }: Tokens.Table) {
      const cell = (tag: string) => (one: Tokens.TableCell, index: number) => {
        const side = align[index] ? ` align="${align[index]}"` : "";
        return `<${tag}${side}>${this.parser.parseInline(one.tokens)}</${tag}>`;
      };
      const head = header.map(cell("th")).join("");
      const body = rows.map((row) => `<tr>${row.map(cell("td")).join("")}</tr>`).join("");
      return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
    },
  },
});

/** The HTML of one block. */
export function blockHtml(token: Token): string {
  return sanitise(marked.parser([token]));
}

function isWeb(href: string): boolean {
  return /^(?:https?:\/\/|mailto:)/i.test(href);
}

function anchor(href: string, words: string, isHtml = false): string {
  return `<a href="${escaped(href)}">${isHtml ? words : escaped(words)}</a>`;
}

/** What is written in a tag beside its name is for nobody. */
function written(html: string): string {
  const parts = html.split(/(<[^<>]*>)/);
  return parts
    .map((part) => {
      const tag = WRITTEN_TAGS.exec(part)?.[1];
      return tag ? `<${tag}>` : escaped(part);
    })
    .join("");
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
