/** What is around every page: the sidebar, or on a phone a bar at the foot and a drawer. */

import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

import "./frame.css";
import { account } from "../app/account";
import { shortcuts } from "../app/actions";
import { Link, path, paths } from "../app/router";
import { mayWork, overlay, store } from "../app/state";
import { t } from "../i18n";
import { listenForShortcuts } from "../keyboard/shortcuts";
import { Count } from "../ui/bits";
import { Dialog } from "../ui/dialog";
import { Icon, type IconName } from "../ui/icon";
import { ConnectionStrip } from "./connection";
import { FreezeStrip } from "./freeze-strip";
import { Palette } from "./palette";
import { ShortcutSheet } from "./shortcut-sheet";
import { Sidebar } from "./sidebar";

interface FrameProps {
  children: ComponentChildren;
  /** Dialogs of pages that are loaded when they are needed. */
  dialogs: ComponentChildren;
}

export function Frame({ children, dialogs }: FrameProps) {
  useEffect(() => listenForShortcuts(shortcuts), []);
  return (
    <div class="frame">
      <a class="skip" href="#main">
        {t().shell.skip}
      </a>
      <aside class="frame-side">
        <Sidebar />
      </aside>
      <main class="frame-main" id="main" tabIndex={-1}>
        <ConnectionStrip />
        <FreezeStrip />
        {children}
      </main>
      <BottomBar />
      <Overlays />
      {dialogs}
    </div>
  );
}

function Overlays() {
  const close = () => {
    overlay.value = null;
  };
  switch (overlay.value?.kind) {
    case "palette":
      return <Palette onClose={close} />;
    case "shortcuts":
      return <ShortcutSheet onClose={close} />;
    case "drawer":
      return (
        <Dialog title={t().shell.sessions} onClose={close} bare class="drawer">
          <Sidebar onGo={close} />
        </Dialog>
      );
    default:
      return null;
  }
}

function BottomBar() {
  const words = t().shell;
  const state = account.value;
  const user = state.state === "signed_in" ? state.user : null;
  return (
    <nav class="bottom-bar" aria-label={words.pages}>
      <BottomLink to={paths.home} icon="home" label={words.home} />
      <button
        type="button"
        class={`bottom-link ${path.value.startsWith("/sessions") ? "bottom-here" : ""}`}
        onClick={() => {
          overlay.value = { kind: "drawer" };
        }}
      >
        <Icon name="list" size={21} />
        {words.sessions}
      </button>
      {mayWork(user) && (
        <button
          type="button"
          class="bottom-link bottom-new"
          aria-label={t().actions.new_session}
          onClick={() => {
            overlay.value = { kind: "new_session", machineId: null, sessionKind: "chat" };
          }}
        >
          <span>
            <Icon name="plus" size={22} />
          </span>
        </button>
      )}
      <BottomLink to={paths.inbox} icon="inbox" label={words.inbox} count={store.waiting.value} />
      <BottomLink to={paths.machines} icon="machine" label={words.machines} />
    </nav>
  );
}

interface BottomLinkProps {
  to: string;
  icon: IconName;
  label: string;
  count?: number;
}

function BottomLink({ to, icon, label, count = 0 }: BottomLinkProps) {
  const isHere = to === "/" ? path.value === "/" : path.value.startsWith(to);
  return (
    <Link to={to} class={`bottom-link ${isHere ? "bottom-here" : ""}`}>
      <Icon name={icon} size={21} />
      {label}
      <Count value={count} label={t().shell.waiting(count)} />
    </Link>
  );
}
