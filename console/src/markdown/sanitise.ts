/**
 * The last gate before the page (S27): a list of what may pass, applied in the browser each time
 * something is drawn. Whatever wrote the HTML, nothing else comes through.
 */

import createPurifier from "dompurify";

import { t } from "../i18n";

const TAGS = [
  "a",
  "b",
  "blockquote",
  "br",
  "code",
  "del",
  "details",
  "em",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "hr",
  "i",
  "input",
  "kbd",
  "li",
  "ol",
  "p",
  "pre",
  "s",
  "span",
  "strong",
  "sub",
  "summary",
  "sup",
  "table",
  "tbody",
  "td",
  "th",
  "thead",
  "tr",
  "ul",
];

const ATTRIBUTES = ["align", "checked", "class", "disabled", "href", "start", "title", "type"];

/** Classes that our own renderer and the highlighter write; nothing hangs from them but looks. */
const CLASSES = /^(?:language-[\w+#-]{1,40}|md-[a-z-]+|hljs-[\w-]+|[a-z]+_)$/;

const purifier = createPurifier(window);

purifier.addHook("afterSanitizeAttributes", (node) => {
  if (node.tagName === "A") {
    node.setAttribute("rel", "noopener noreferrer nofollow");
    node.setAttribute("target", "_blank");
  }
  if (node.tagName === "INPUT") {
    // Only the boxes of task lists, and nobody ticks them here.
    if (node.getAttribute("type") !== "checkbox") {
      node.remove();
    }
    node.setAttribute("disabled", "");
    node.setAttribute(
      "aria-label",
      node.hasAttribute("checked") ? t().chat.task_done : t().chat.task_open,
    );
  }
  const classes = (node.getAttribute("class") ?? "").split(/\s+/);
  const known = classes.filter((name) => CLASSES.test(name));
  if (known.length > 0) {
    node.setAttribute("class", known.join(" "));
  } else {
    node.removeAttribute("class");
  }
});

/** HTML that can do no harm, whatever it was. */
export function sanitise(html: string): string {
  return purifier.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
    // The rest are words and numbers, and lead nowhere.
    ADD_URI_SAFE_ATTR: ATTRIBUTES.filter((name) => name !== "href"),
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    ALLOW_UNKNOWN_PROTOCOLS: false,
    KEEP_CONTENT: true,
  });
}
