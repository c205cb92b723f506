import type { AccountView, Audit } from "../../../api/types";
import { store } from "../../../app/state";

/** What accounts are called: those that are there, and those that were deleted since these lines. */
export function namesIn(
  accounts: readonly AccountView[],
  ...pages: readonly (Audit | undefined)[]
): ReadonlyMap<string, string> {
  const told = pages.flatMap((page) => Object.entries(page?.names ?? {}));
  const named = told.map(([named, name]) => [named.replace(/^user:/, ""), name] as const);
  return new Map([...named, ...accounts.map((one) => [one.user_id, one.display_name] as const)]);
}

/** What `user:019d…` and such are called, where that is known; else the end of the identifier. */
export function nameOf(named: string, names: ReadonlyMap<string, string>): string {
  const [kind = "", id = ""] = named.split(":", 2);
  const known = {
    user: names.get(id),
    machine: store.machines.value.get(id)?.machine_name,
    session: store.sessions.value.get(id)?.title,
  }[kind];
  if (known !== undefined) {
    return known;
  }
  return /^[0-9a-f-]{36}$/.test(id) ? `${kind} …${id.slice(-8)}` : named;
}
