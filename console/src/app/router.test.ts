import { expect, test } from "vitest";

import { path, type Route, routeOf } from "./router";

const ID = "019d527d-34ed-7272-b336-f67fd49024db";

test.each<[string, Route]>([
  ["/", { page: "home" }],
  ["/sessions", { page: "sessions" }],
  ["/jobs", { page: "jobs" }],
  [`/jobs/${ID}`, { page: "job", id: ID }],
  ["/jobs/x", { page: "not_found" }],
  ["/inbox", { page: "inbox" }],
  ["/machines/", { page: "machines" }],
  [`/machines/${ID}`, { page: "machine", id: ID }],
  [`/sessions/${ID.toUpperCase()}`, { page: "session", id: ID, part: "work" }],
  [`/sessions/${ID}/files`, { page: "session", id: ID, part: "files" }],
  ["/settings", { page: "settings", section: "account" }],
  ["/usage", { page: "usage", section: "overview" }],
  ["/usage/quotas", { page: "usage", section: "quotas" }],
  ["/usage/nothing", { page: "not_found" }],
  ["/settings/keys", { page: "settings", section: "keys" }],
  ["/settings/nothing", { page: "not_found" }],
  ["/sessions/../etc", { page: "not_found" }],
  ["/sessions/x", { page: "not_found" }],
  [`/sessions/${ID}/more`, { page: "not_found" }],
  ["/inbox/x", { page: "not_found" }],
  ["/manage", { page: "manage", section: "overview" }],
  ["/manage/", { page: "manage", section: "overview" }],
  ["/manage/tenants", { page: "manage", section: "tenants" }],
  ["/manage/registration-tokens", { page: "manage", section: "registration-tokens" }],
  ["/manage/tenants/2", { page: "tenant", number: 2 }],
  ["/manage/tenants/0", { page: "not_found" }],
  ["/manage/tenants/2/x", { page: "not_found" }],
  ["/manage/nothing", { page: "not_found" }],
  ["//evil.example", { page: "not_found" }],
])("%s", (path, expected) => {
  expect(routeOf(path)).toEqual(expected);
});

test.each([
  ["/manage", "/manage"],
  ["/manage/overview", "/manage"],
  ["/manage/assignments", "/manage/assignments"],
  ["/manage/remote/assignments/", "/manage/assignments"],
  ["/manage/remote/sessions", "/sessions"],
  ["/manage/sessions", "/sessions"],
  ["/manage/jobs", "/jobs"],
  ["/manage/users", "/settings/people"],
  ["/manage/audit", "/settings/audit"],
  ["/manage/policy", "/settings/policy"],
  ["/manage/quotas", "/usage/quotas"],
  ["/manage/settings", "/settings/account"],
  ["/manage/tenants/2", "/manage/tenants/2"],
  ["/manage/remote/machines", "/machines"],
  ["/manage/remote/machines/", "/machines"],
  ["/manage/remote/api-keys", "/settings/keys"],
  ["/machines", "/machines"],
  ["/manage/remote/nothing", "/manage/remote/nothing"],
])("whoever comes by %s is at %s", (from, to) => {
  history.replaceState(null, "", from);
  window.dispatchEvent(new PopStateEvent("popstate"));
  expect(path.value).toBe(to);
  expect(location.pathname).toBe(to);
});
