/** What this browser remembers. A browser that refuses to remember is no reason to fail. */

const PREFIX = "gantline.";

type Shelf = "lasting" | "tab";

function shelf(which: Shelf): Storage | null {
  try {
    return which === "lasting" ? window.localStorage : window.sessionStorage;
  } catch {
    return null;
  }
}

/** What was kept under a name; null where there is nothing that can be read. */
export function recall(name: string, which: Shelf = "lasting"): unknown {
  try {
    const text = shelf(which)?.getItem(PREFIX + name);
    return text === null || text === undefined ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** Keeps a value under a name, as JSON; null forgets it. Answers whether it is kept. */
export function keep(name: string, value: unknown, which: Shelf = "lasting"): boolean {
  try {
    if (value === null) {
      shelf(which)?.removeItem(PREFIX + name);
    } else {
      shelf(which)?.setItem(PREFIX + name, JSON.stringify(value));
    }
    return shelf(which) !== null;
  } catch {
    return false;
  }
}

/** Calls back when another tab keeps something under the name. */
export function onKept(name: string, changed: (value: unknown) => void): void {
  window.addEventListener("storage", (event) => {
    if (event.key === PREFIX + name) {
      changed(recall(name));
    }
  });
}
