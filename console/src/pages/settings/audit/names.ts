import { store } from "../../../app/state";

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
