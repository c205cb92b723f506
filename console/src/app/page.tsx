/** The frame of a page: a bar with its name and what can be done, and the rest below it. */

import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

import "./page.css";
import { t } from "../i18n";
import { Count } from "../ui/bits";
import { IconButton } from "../ui/button";
import { overlay, store } from "./state";

/** The name of the page that is shown, for the browser's tab. */
export const pageTitle = signal("");

interface PageProps {
  title: string;
  /** What stands in the bar instead of the title. */
  heading?: ComponentChildren;
  actions?: ComponentChildren;
  children: ComponentChildren;
  /** `whole` gives the page the room and no scroll bar of its own. */
  fit?: "column" | "wide" | "whole";
}

export function Page({ title, heading, actions, children, fit = "column" }: PageProps) {
  useEffect(() => {
    pageTitle.value = title;
  }, [title]);
  return (
    <div class="page">
      <header class="page-bar">
        <span class="page-menu">
          <IconButton
            icon="menu"
            label={t().shell.open_sessions}
            onClick={() => {
              overlay.value = { kind: "drawer" };
            }}
          />
          <Count value={store.waiting.value} label={t().shell.waiting(store.waiting.value)} />
        </span>
        <div class="page-heading">{heading ?? <h1>{title}</h1>}</div>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {fit === "whole" ? (
        <div class="page-whole">{children}</div>
      ) : (
        <div class="page-scroll">
          <div class={`page-body page-${fit}`}>{children}</div>
        </div>
      )}
    </div>
  );
}
