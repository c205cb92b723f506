/** Leaving the console: a person sees where a link leads before anything is opened. */

import { signal } from "@preact/signals";

import "./open-link.css";
import { t } from "../i18n";
import { Visible } from "../permission/visible-text";
import { Confirm } from "../ui/dialog";

const asked = signal<URL | null>(null);

/** Asks whether to open an address; anything but the web and mail is not even asked about. */
export function askToOpen(address: string): void {
  const url = parse(address);
  if (url) {
    asked.value = url;
  }
}

function parse(address: string): URL | null {
  try {
    const url = new URL(address);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

export function LinkQuestion() {
  const url = asked.value;
  if (!url) {
    return null;
  }
  const words = t().links;
  const close = () => {
    asked.value = null;
  };
  const isPunycode = url.hostname.split(".").some((label) => label.startsWith("xn--"));
  return (
    <Confirm
      title={words.title}
      confirm={words.open}
      onClose={close}
      onConfirm={() => {
        close();
        window.open(url.href, "_blank", "noopener,noreferrer");
      }}
    >
      <p>{words.text}</p>
      <p class="link-address">
        <code>
          <Visible text={url.href} />
        </code>
      </p>
      {url.hostname && (
        <p class="small faint">
          {words.host} <strong class="mono">{url.hostname}</strong>
        </p>
      )}
      {isPunycode && <p class="link-warning">{words.punycode}</p>}
    </Confirm>
  );
}
