/** Short news that go away by themselves; news of failures stay longer. */

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import "./toast.css";
import { t } from "../i18n";
import { Button, IconButton } from "./button";
import { Icon } from "./icon";

export interface Toast {
  tone: "good" | "bad" | "plain";
  text: string;
  detail?: string;
  action?: { label: string; run: () => void };
  /** Stays until it is closed. */
  stays?: boolean;
  /** Takes the place of an earlier one of the same name. */
  name?: string;
}

interface Shown extends Toast {
  id: number;
}

const GOOD_MS = 4000;
const BAD_MS = 9000;
const MOST = 4;

const shown = signal<readonly Shown[]>([]);
let nextId = 1;

export function toast(news: Toast): void {
  const others = shown.value.filter((one) => news.name === undefined || one.name !== news.name);
  shown.value = [...others.slice(-MOST + 1), { ...news, id: nextId++ }];
}

function dismiss(id: number): void {
  shown.value = shown.value.filter((one) => one.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown.value.map((one) => (
        <ToastCard key={one.id} news={one} />
      ))}
    </div>
  );
}

function ToastCard({ news }: { news: Shown }) {
  useEffect(() => {
    if (news.stays) {
      return;
    }
    const timer = setTimeout(() => dismiss(news.id), news.tone === "bad" ? BAD_MS : GOOD_MS);
    return () => clearTimeout(timer);
  }, [news]);
  const icon = { good: "check", bad: "alert", plain: "info" } as const;
  return (
    <div class={`toast toast-${news.tone}`}>
      <Icon name={icon[news.tone]} />
      <div class="toast-words">
        <p>{news.text}</p>
        {news.detail && <p class="small faint">{news.detail}</p>}
      </div>
      {news.action && (
        <Button
          size="s"
          onClick={() => {
            news.action?.run();
            dismiss(news.id);
          }}
        >
          {news.action.label}
        </Button>
      )}
      <IconButton icon="close" label={t().common.close} size="s" onClick={() => dismiss(news.id)} />
    </div>
  );
}
