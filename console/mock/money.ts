/** What the pretended world has used, how much it may use, and what models cost in it. */

import type {
  KnownPrice,
  PriceView,
  PutPrice,
  PutQuota,
  QuotaStatus,
  QuotaView,
  RaiseQuota,
  SessionUsage,
  UsageGroup,
  UsageTotals,
  UsageView,
} from "../src/api/types";
import { type Asked, ok, type Route, refuse } from "./answer";
import { at, DAY, HOUR, MINUTE, nextId, type World } from "./world";

export const NOTHING_USED: UsageTotals = {
  calls: 0,
  estimated_calls: 0,
  tokens: {
    input: 0,
    cache_read: 0,
    cache_write: 0,
    cache_write_1h: 0,
    output: 0,
    reasoning: 0,
  },
  total_tokens: 0,
  cost_usd: 0,
  cost_is_assumed: false,
};

/** So many times what a usual call uses. */
export function used(calls: number, change: Partial<UsageTotals> = {}): UsageTotals {
  const tokens = {
    input: 1300 * calls,
    cache_read: 28_700 * calls,
    cache_write: 4300 * calls,
    cache_write_1h: 0,
    output: 700 * calls,
    reasoning: 150 * calls,
  };
  const total = tokens.input + tokens.cache_read + tokens.cache_write + tokens.output;
  return { ...NOTHING_USED, calls, tokens, total_tokens: total, cost_usd: calls / 8, ...change };
}

/** The models that are called, and how much of all there is of each. */
const MODELS = [
  { key: "claude-opus-5", name: "anthropic", share: 0.62 },
  { key: "gpt-6", name: "openai", share: 0.27 },
  { key: "local-coder", name: "cellar", share: 0.11 },
] as const;

const PEOPLE = ["Grace Hopper", "Edsger Dijkstra", "王小云", "Barbara Liskov"] as const;

/** What one of the pretended sessions has used. */
export function sessionUsage(id: string, calls = 14): SessionUsage {
  return { session_id: id, ...used(calls) };
}

export function moneyRoutes(world: World): Record<string, Route> {
  const people = PEOPLE.map((name) => ({ key: nextId(), name }));
  return {
    "GET /api/usage": (asked) => usage(world, people, asked),
    "GET /api/quotas": () => ok({ quotas: world.quotas.map(({ quota }) => quota) }),
    "PUT /api/quotas": ({ body }) => putQuota(world, body as unknown as PutQuota),
    "DELETE /api/quotas/:id": (_, id) => {
      world.quotas.splice(quotaAt(world, id), 1);
      return ok({ success: true });
    },
    "POST /api/quotas/:id/raise": ({ body }, id) => {
      const quota = world.quotas[quotaAt(world, id)];
      if (quota) {
        quota.granted += (body as unknown as RaiseQuota).amount;
      }
      return ok({ success: true });
    },
    "GET /api/quota/status": () =>
      ok({ quotas: world.quotas.flatMap((one) => statusesOf(world, one)), session_id: null }),
    "GET /api/prices": ({ query }) => ok(prices(world, query.get("q") ?? "")),
    "PUT /api/prices": ({ body }) => putPrice(world, body as unknown as PutPrice),
    "DELETE /api/prices/:id": (_, id) => {
      world.prices.splice(
        world.prices.findIndex((price) => price.price_id === id),
        1,
      );
      return ok({ success: true });
    },
  };
}

/** Quotas and a price that somebody has set. */
export function addMoney(world: World): void {
  const quota = (
    change: Partial<QuotaView>,
    used: number,
    granted = 0,
    other?: PretendedQuota["other"],
  ) =>
    world.quotas.push({
      quota: {
        quota_id: nextId(),
        subject: "tenant",
        of: world.user.tenant_id,
        name: null,
        measure: "cost",
        period: "month",
        limit: 500,
        at_stop: "ask",
        changed_by: world.user.user_id,
        changed_at: at(9 * DAY),
        ...change,
      },
      used,
      granted,
      ...(other && { other }),
    });
  quota({}, 418.2);
  const other = { of: nextId(), name: "Lin Wei", used: 24.1 };
  quota({ subject: "user", of: null, period: "day", limit: 25 }, 6.4, 0, other);
  const [machine] = world.machines.values();
  quota(
    {
      subject: "machine",
      of: machine?.machine_id ?? "",
      name: machine?.machine_name ?? "",
      measure: "tokens",
      period: "day",
      limit: 2_000_000,
    },
    2_100_000,
    100_000,
  );
  quota(
    {
      subject: "model",
      of: "gpt-6",
      name: "gpt-6",
      measure: "requests",
      period: "total",
      limit: 900,
    },
    120,
  );
  world.prices.push({
    price_id: nextId(),
    provider: "anthropic",
    model: "claude-opus-5",
    usd_per_million_tokens: {
      input: 4.5,
      cache_read: 0.45,
      cache_write: 5.6,
      cache_write_1h: 9,
      output: 22.5,
    },
    changed_by: world.user.user_id,
    changed_at: at(5 * DAY),
  });
}

/** A quota, with what was used of it and granted on top. */
export interface PretendedQuota {
  quota: QuotaView;
  used: number;
  granted: number;
  /** Somebody else's use of what each may use, once it comes to its end. */
  other?: { of: string; name: string; used: number };
}

function quotaAt(world: World, id: string): number {
  return world.quotas.findIndex(({ quota }) => quota.quota_id === id);
}

function statusesOf(world: World, pretended: PretendedQuota): QuotaStatus[] {
  const own = statusOf(world, pretended);
  const { other, ...rest } = pretended;
  return other ? [own, { ...statusOf(world, { ...rest, ...other }), ...other }] : [own];
}

function statusOf(world: World, { quota, used, granted }: PretendedQuota): QuotaStatus {
  const limit = quota.limit + granted;
  const share = (used / limit) * 100;
  const midnight = (Math.floor(Date.now() / DAY) + 1) * DAY;
  const resets = { day: midnight, month: midnight + 9 * DAY, total: null }[quota.period];
  return {
    quota_id: quota.quota_id,
    subject: quota.subject,
    of: quota.of ?? world.user.user_id,
    name: quota.of == null ? world.user.display_name : (quota.name ?? null),
    measure: quota.measure,
    period: quota.period,
    limit,
    granted,
    used,
    left: Math.max(0, limit - used),
    reached_percent: [100, 95, 80].find((line) => share >= line) ?? null,
    resets_at: resets === null ? null : new Date(resets).toISOString(),
  };
}

function putQuota(world: World, body: PutQuota) {
  const of = body.subject === "tenant" ? world.user.tenant_id : (body.of ?? null);
  const same = ({ quota }: PretendedQuota) =>
    quota.subject === body.subject &&
    (quota.of ?? null) === of &&
    quota.measure === body.measure &&
    quota.period === body.period;
  const known = world.quotas.find(same);
  if (known) {
    known.quota = { ...known.quota, limit: body.limit };
    return ok({ success: true, quota: known.quota });
  }
  const names = new Map([
    [world.user.user_id, world.user.display_name],
    ...[...world.machines.values()].map((one) => [one.machine_id, one.machine_name] as const),
    ...[...world.sessions.values()].map((one) => [one.session_id, one.title] as const),
  ]);
  const quota: QuotaView = {
    quota_id: nextId(),
    at_stop: "ask",
    ...body,
    of,
    name: of === null ? null : (names.get(of) ?? of),
    changed_by: world.user.user_id,
    changed_at: at(),
  };
  world.quotas.push({ quota, used: 0, granted: 0 });
  return ok({ success: true, quota });
}

const LIST: readonly (readonly [string, string, number, number])[] = [
  ["anthropic", "claude-haiku-5", 1, 5],
  ["anthropic", "claude-opus-5", 5, 25],
  ["anthropic", "claude-sonnet-5", 3, 15],
  ["google", "gemini-3-pro", 2, 12],
  ["openai", "gpt-6", 1.75, 14],
  ["openai", "gpt-6-mini", 0.25, 2],
  ["qwen", "qwen3-coder-plus", 1, 5],
];

function prices(world: World, search: string) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = LIST.filter(([provider, model]) =>
    words.every((word) => provider.includes(word) || model.includes(word)),
  ).map(([provider, model, input, output]): KnownPrice => {
    const set = world.prices.find((one) => one.provider === provider && one.model === model);
    const cache_write = input * 1.25;
    const list = { input, cache_read: input / 10, cache_write, cache_write_1h: input * 2, output };
    return {
      provider,
      model,
      source: set ? "override" : "table",
      usd_per_million_tokens: set?.usd_per_million_tokens ?? list,
    };
  });
  const isSet = world.prices.some((price) => price.model === "local-coder");
  const unknown = { provider: "cellar", model: "local-coder", calls: 41, last_at: at(2 * HOUR) };
  return {
    prices: world.prices,
    table_version: "2026-11-21",
    table_models: 462,
    assumed: { input: 15, cache_read: 15, cache_write: 18.75, cache_write_1h: 30, output: 75 },
    unknown: isSet ? [] : [unknown],
    in_force: null,
    found,
    has_more_found: false,
  };
}

function putPrice(world: World, body: PutPrice) {
  const price: PriceView = {
    price_id: nextId(),
    ...body,
    changed_by: world.user.user_id,
    changed_at: at(),
  };
  const known = world.prices.findIndex(
    (one) => one.provider === body.provider && one.model === body.model,
  );
  world.prices.splice(known < 0 ? world.prices.length : known, known < 0 ? 0 : 1, price);
  return ok({ success: true, price });
}

interface Named {
  key: string;
  name: string;
}

function usage(world: World, people: readonly Named[], { query }: Asked) {
  const since = Date.parse(query.get("since") ?? at(30 * DAY));
  const until = Math.min(Date.now(), Date.parse(query.get("until") ?? at()));
  if (!(since < until)) {
    return refuse(400, "invalid_span", "since must be before until");
  }
  const by = query.get("by") ?? "day";
  const model = MODELS.find((one) => one.key === query.get("model"));
  const share = (model?.share ?? 1) * (query.has("user_id") || query.has("machine_id") ? 0.4 : 1);
  const over = overTime(since, until, by === "hour" ? HOUR : DAY, share);
  const total = over.reduce<UsageTotals>(plus, NOTHING_USED);
  const groups = by === "hour" || by === "day" ? over : parts(world, people, by, total);
  if (query.get("format") === "csv") {
    const lines = groups.map((one) => `"${one.key}","${one.name}",${one.calls}`);
    return { ...ok([`${by},name,calls`, ...lines].join("\r\n")), file: `usage-by-${by}.csv` };
  }
  return ok({
    by,
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    total,
    groups,
    has_more_groups: false,
    usage: calls(world).slice(0, Number(query.get("limit") ?? 100)),
  });
}

/** The same in every run, and busier in the middle of the day and of the week. */
function overTime(since: number, until: number, step: number, share: number): UsageGroup[] {
  const groups: UsageGroup[] = [];
  for (let from = Math.floor(since / step) * step; from < until; from += step) {
    const index = from / step;
    const isQuiet = step === DAY ? (index + 3) % 7 < 2 : index % 24 < 6;
    const calls = Math.round((isQuiet ? 2 : 18 + ((index * 7919) % 37)) * share);
    const iso = new Date(from).toISOString();
    const key = step === DAY ? iso.slice(0, 10) : `${iso.slice(0, 16)}Z`;
    const isAssumed = index % 6 === 1;
    const isLast = from + step >= until;
    const change = { cost_is_assumed: isAssumed, estimated_calls: isLast && calls > 0 ? 1 : 0 };
    if (calls > 0) {
      groups.push({ key, name: "", ...used(calls, change) });
    }
  }
  return groups;
}

/** A total, divided among whoever it is asked by. */
function parts(
  world: World,
  people: readonly Named[],
  by: string,
  total: UsageTotals,
): UsageGroup[] {
  const all: Record<string, readonly Named[]> = {
    model: MODELS,
    user: [{ key: world.user.user_id, name: world.user.display_name }, ...people],
    machine: [...world.machines.values()].map((one) => ({
      key: one.machine_id,
      name: one.machine_name,
    })),
    session: [...world.sessions.values()]
      .filter((one) => one.kind === "chat")
      .map((one) => ({ key: one.session_id, name: one.title })),
  };
  const named = all[by] ?? [];
  const weights = named.map((_, index) => 1 / (index + 1));
  const sum = weights.reduce((one, other) => one + other, 0);
  return named.map(({ key, name }, index) => {
    const calls = Math.round((total.calls * (weights[index] ?? 0)) / sum);
    return { key, name, ...used(calls, { cost_is_assumed: key === "local-coder" }) };
  });
}

function plus(sum: UsageTotals, one: UsageTotals): UsageTotals {
  return used(sum.calls + one.calls, {
    estimated_calls: sum.estimated_calls + one.estimated_calls,
    cost_is_assumed: sum.cost_is_assumed || one.cost_is_assumed,
  });
}

function calls(world: World): UsageView[] {
  const sessions = [...world.sessions.values()].filter((session) => session.kind === "chat");
  return Array.from({ length: 60 }, (_, index) => {
    const session = sessions[index % Math.max(1, sessions.length)];
    const model = MODELS[index % 3] ?? MODELS[0];
    return {
      usage_id: nextId(),
      user_id: world.user.user_id,
      machine_id: session?.machine_id ?? "",
      session_id: session?.session_id ?? "",
      provider: model.name,
      provider_key_id: null,
      model: model.key,
      model_answered: model.key,
      tokens: {
        input: 1200 + index * 37,
        cache_read: 30_000 + ((index * 977) % 21_000),
        cache_write: 2100,
        cache_write_1h: 0,
        output: 380 + ((index * 131) % 900),
        reasoning: 120,
      },
      cost_usd: index === 7 ? 0 : 0.02 + index / 900,
      price_source: model.key === "local-coder" ? "assumed" : "table",
      price_version: "2026-11-21",
      status: index === 0 ? "estimated" : index === 7 ? "refused" : "complete",
      http_status: index === 7 ? 429 : 200,
      started_at: at(index * 41 * MINUTE),
      first_byte_ms: 420 + ((index * 53) % 600),
      duration_ms: 2400 + ((index * 631) % 9000),
      overhead_us: 180,
    };
  });
}
