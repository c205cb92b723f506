/** Which page an address means, and going to another one without loading anew. */

import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

export const SETTINGS = [
  "account",
  "logins",
  "tokens",
  "notifications",
  "people",
  "keys",
  "policy",
  "audit",
  "appearance",
  "about",
] as const;
export type SettingsSection = (typeof SETTINGS)[number];

export const USAGE = ["overview", "quotas", "prices"] as const;
export type UsageSection = (typeof USAGE)[number];

export const MANAGE = ["overview", "registration-tokens", "assignments", "tenants"] as const;
export type ManageSection = (typeof MANAGE)[number];

export const SESSION_PARTS = ["work", "changes", "files"] as const;
export type SessionPart = (typeof SESSION_PARTS)[number];

export type Route =
  | { page: "home" }
  | { page: "inbox" }
  | { page: "machines" }
  | { page: "machine"; id: string }
  | { page: "sessions" }
  | { page: "session"; id: string; part: SessionPart }
  | { page: "jobs" }
  | { page: "job"; id: string }
  | { page: "usage"; section: UsageSection }
  | { page: "settings"; section: SettingsSection }
  | { page: "manage"; section: ManageSection }
  | { page: "tenant"; number: number }
  | { page: "not_found" };

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads a path such as `/sessions/019d…`. */
export function routeOf(path: string): Route {
  const [first = "", second = "", ...rest] = path.split("/").filter((part) => part !== "");
  if (first === "sessions" && second !== "" && rest.length <= 1) {
    return sessionRoute(second, rest[0] ?? "work");
  }
  if (first === "manage" && second === "tenants" && rest.length === 1) {
    return tenantRoute(rest[0] ?? "");
  }
  if (rest.length > 0) {
    return { page: "not_found" };
  }
  switch (first) {
    case "":
      return { page: "home" };
    case "inbox":
      return second === "" ? { page: "inbox" } : { page: "not_found" };
    case "machines":
      return second === "" ? { page: "machines" } : withId("machine", second);
    case "sessions":
      return { page: "sessions" };
    case "jobs":
      return second === "" ? { page: "jobs" } : withId("job", second);
    case "usage": {
      const section = USAGE.find((one) => one === (second || "overview"));
      return section ? { page: "usage", section } : { page: "not_found" };
    }
    case "settings": {
      const section = SETTINGS.find((one) => one === (second || "account"));
      return section ? { page: "settings", section } : { page: "not_found" };
    }
    case "manage": {
      const section = MANAGE.find((one) => one === (second || "overview"));
      return section ? { page: "manage", section } : { page: "not_found" };
    }
    default:
      return { page: "not_found" };
  }
}

/** Tenants have small numbers, by which people and scripts name them. */
function tenantRoute(number: string): Route {
  return /^[1-9][0-9]{0,14}$/.test(number)
    ? { page: "tenant", number: Number(number) }
    : { page: "not_found" };
}

function sessionRoute(id: string, name: string): Route {
  const part = SESSION_PARTS.find((one) => one === name);
  return part && UUID.test(id)
    ? { page: "session", id: id.toLowerCase(), part }
    : { page: "not_found" };
}

function withId(page: "machine" | "job", id: string): Route {
  return UUID.test(id) ? { page, id: id.toLowerCase() } : { page: "not_found" };
}

export const paths = {
  home: "/",
  inbox: "/inbox",
  machines: "/machines",
  machine: (id: string) => `/machines/${id}`,
  sessions: "/sessions",
  session: (id: string, part: SessionPart = "work") =>
    part === "work" ? `/sessions/${id}` : `/sessions/${id}/${part}`,
  jobs: "/jobs",
  job: (id: string) => `/jobs/${id}`,
  usage: (section: UsageSection = "overview") =>
    section === "overview" ? "/usage" : `/usage/${section}`,
  settings: (section: SettingsSection = "account") => `/settings/${section}`,
  manage: (section: ManageSection = "overview") =>
    section === "overview" ? "/manage" : `/manage/${section}`,
  tenant: (number: number) => `/manage/tenants/${number}`,
} as const;

/**
 * What is managed on pages that are there for everybody. The remote workspace document prints their
 * addresses behind `/manage/remote`; both ways lead to them.
 */
const MANAGED_ELSEWHERE = new Map<string, string>([
  ["machines", paths.machines],
  ["sessions", paths.sessions],
  ["jobs", paths.jobs],
  ["usage", paths.usage()],
  ["quotas", paths.usage("quotas")],
  ["users", paths.settings("people")],
  ["api-keys", paths.settings("keys")],
  ["policy", paths.settings("policy")],
  ["audit", paths.settings("audit")],
  ["settings", paths.settings()],
  ["overview", paths.manage()],
  ...MANAGE.slice(1).map((section): [string, string] => [section, paths.manage(section)]),
]);

/** Where the page of a documented address is; undefined for every other address. */
function documented(pathname: string): string | undefined {
  const name = /^\/manage\/(?:remote\/)?([a-z-]+)\/*$/.exec(pathname)?.[1];
  return name === undefined ? undefined : MANAGED_ELSEWHERE.get(name);
}

/** The address, in its own form: whoever comes by a documented one goes on under ours. */
function here(): string {
  const ours = documented(location.pathname);
  if (ours !== undefined && ours !== location.pathname) {
    history.replaceState(null, "", ours);
  }
  return location.pathname;
}

export const path = signal(here());

window.addEventListener("popstate", () => {
  path.value = here();
});

/** Goes to another page of the console. */
export function go(to: string, how: "push" | "replace" = "push"): void {
  if (to === location.pathname) {
    return;
  }
  if (how === "push") {
    history.pushState(null, "", to);
  } else {
    history.replaceState(null, "", to);
  }
  path.value = location.pathname;
}

interface LinkProps {
  to: string;
  children: ComponentChildren;
  class?: string;
  onGo?: () => void;
  "aria-label"?: string;
  "data-tip"?: string;
  "data-session-id"?: string;
  "data-machine-id"?: string;
  "data-status"?: string;
  tabIndex?: number;
}

/** A link to another page of the console. */
export function Link({ to, children, onGo, ...rest }: LinkProps) {
  const isHere = path.value === to;
  return (
    <a
      {...rest}
      href={to}
      aria-current={isHere ? "page" : undefined}
      onClick={(event) => {
        const asksForMore = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
        if (event.button !== 0 || asksForMore) {
          return;
        }
        event.preventDefault();
        go(to);
        onGo?.();
      }}
    >
      {children}
    </a>
  );
}
