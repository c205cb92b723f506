/** Pages that are loaded when they are needed. */

import { type Signal, signal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useEffect } from "preact/hooks";

import { t } from "../i18n";
import { Banner, Skeleton } from "../ui/bits";
import { Button } from "../ui/button";

type State<Props> =
  | { is: "unloaded" | "loading" | "failed" }
  | { is: "loaded"; component: ComponentType<Props> };

/** A component that loads itself when it is first drawn. */
export function lazy<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  waiting: () => JSX.Element | null = Waiting,
): ((props: Props) => JSX.Element | null) & { preload: () => void } {
  // A component is a function, and a signal of a function must not be called by accident.
  const state: Signal<State<Props>> = signal({ is: "unloaded" });
  const begin = () => {
    if (state.peek().is === "loaded" || state.peek().is === "loading") {
      return;
    }
    state.value = { is: "loading" };
    load().then(
      (component) => {
        state.value = { is: "loaded", component };
      },
      () => {
        state.value = { is: "failed" };
      },
    );
  };
  const Lazy = (props: Props) => {
    useEffect(begin, []);
    const now = state.value;
    if (now.is === "loaded") {
      const Loaded = now.component;
      return <Loaded {...props} />;
    }
    return now.is === "failed" ? <Failed retry={begin} /> : waiting();
  };
  return Object.assign(Lazy, { preload: begin });
}

function Waiting() {
  return (
    <div class="page-body page-column">
      <Skeleton lines={6} />
    </div>
  );
}

/** Mostly the server was renewed, and the part that this page wants is no longer there. */
function Failed({ retry }: { retry: () => void }) {
  const words = t().common;
  return (
    <div class="page-body page-column">
      <Banner
        tone="error"
        action={
          <Button size="s" onClick={() => location.reload()}>
            {words.reload}
          </Button>
        }
      >
        <p>{words.part_failed}</p>
        <Button look="ghost" size="s" onClick={retry}>
          {words.try_again}
        </Button>
      </Banner>
    </div>
  );
}
