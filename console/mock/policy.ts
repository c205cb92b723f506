/** What a policy does, worked out as the server does it. */

import type {
  Effect,
  Part,
  PermissionMode,
  PolicyExplained,
  PolicyOptions,
  PolicyView,
  PresetView,
  RuleView,
  ToolName,
} from "../src/api/types";
import { ok, type Route } from "./answer";
import { at, DAY, HOUR, type Json, nextId, type World } from "./world";

const READS: readonly ToolName[] = ["Glob", "Grep", "LS", "Read"];

const EVERY: readonly ToolName[] = [
  "Bash",
  "Edit",
  "Glob",
  "Grep",
  "LS",
  "MultiEdit",
  "NotebookEdit",
  "Read",
  "TodoWrite",
  "WebFetch",
  "WebSearch",
  "Write",
];

const PRESETS: Readonly<
  Record<string, { mode: PermissionMode; tools: readonly ToolName[]; other: boolean }>
> = {
  ask: { mode: "approve-reads", tools: EVERY, other: true },
  "safe-readonly": { mode: "deny-all", tools: READS, other: false },
  "dev-default": { mode: "approve-reads", tools: ["Bash", "Read", "Write"], other: false },
  "full-auto": { mode: "approve-all", tools: EVERY, other: true },
};

export function resolve(options: PolicyOptions, interactive: boolean): PolicyView {
  const name = options.permission_preset ?? "dev-default";
  const preset = PRESETS[name] ?? { mode: "approve-reads", tools: EVERY, other: true };
  const denied = (options.denied_tools ?? []) as ToolName[];
  const only = options.allowed_tools as ToolName[] | undefined;
  const asked = (value: unknown) => (value == null ? ("default" as const) : ("asked" as const));
  const orPreset = (value: unknown) => (value == null ? ("preset" as const) : ("asked" as const));
  return {
    permission_preset: name,
    permissions: options.permissions ?? preset.mode,
    allowed_tools: (only ?? preset.tools).filter((tool) => !denied.includes(tool)),
    other_tools: only ? false : preset.other,
    denied_tools: denied,
    auth_policy: options.auth_policy ?? "fail",
    non_interactive_permissions: options.non_interactive_permissions ?? "deny",
    interactive,
    max_turns: options.max_turns ?? null,
    origins: {
      permission_preset: asked(options.permission_preset),
      permissions: orPreset(options.permissions),
      allowed_tools: orPreset(only),
      denied_tools: asked(options.denied_tools),
      auth_policy: asked(options.auth_policy),
      non_interactive_permissions: asked(options.non_interactive_permissions),
      max_turns: asked(options.max_turns),
    },
    warnings: [],
  };
}

export function policyRoutes(world: World): Record<string, Route> {
  return {
    "POST /api/policy/explain": ({ body }) => ok(explain(body)),
    "GET /api/policy/rules": ({ query }) => {
      const session = query.get("session_id");
      const holds = (rule: RuleView) => !rule.session_id || rule.session_id === session;
      return ok({ rules: world.rules.filter((rule) => session === null || holds(rule)) });
    },
    "POST /api/policy/rules": ({ body }) => {
      const made = rule(world, 0, body as Partial<RuleView>);
      world.rules.unshift(made);
      return { status: 201, body: { success: true, rule: made } };
    },
    "DELETE /api/policy/rules/:id": (_, id) => {
      const at = world.rules.findIndex((one) => one.rule_id === id);
      if (at >= 0) world.rules.splice(at, 1);
      return ok({ success: true });
    },
    "GET /api/policy/presets": () => ok({ presets: [...world.presets.values()] }),
    "PUT /api/policy/presets/:name": ({ body, path }) => {
      const { description, ...options } = body;
      const made = preset(path.split("/").at(-1) ?? "", String(description), options);
      world.presets.set(made.name, made);
      return ok({ success: true, preset: made });
    },
    "DELETE /api/policy/presets/:name": ({ path }) => {
      world.presets.delete(path.split("/").at(-1) ?? "");
      return ok({ success: true });
    },
  };
}

export function addPolicies(world: World): void {
  for (const name of Object.keys(PRESETS)) {
    const policy = resolve({ permission_preset: name }, true);
    world.presets.set(name, { name, description: "", built_in: true, policy });
  }
}

/** What administrators and answers have left behind. */
export function addRules(world: World): void {
  const made = preset("web-team", "Reads, edits and tests; no network.", {
    permission_preset: "ask",
    denied_tools: ["WebFetch", "WebSearch"],
  });
  world.presets.set(made.name, made);
  const [machine] = world.machines.values();
  const [session] = world.sessions.values();
  world.rules.push(
    rule(world, 2 * HOUR, {
      effect: "allow",
      tool: "Edit",
      title: "Every use of Edit",
      machine_id: machine?.machine_id ?? null,
      session_id: session?.session_id ?? null,
      uses: 3,
      last_used_at: at(HOUR),
    }),
    rule(world, 3 * DAY, {
      effect: "allow",
      matches: { kind: "prefix", words: ["npm", "test"] },
      title: "npm test",
      machine_id: machine?.machine_id ?? null,
      project_path: "/home/ada/gantline",
      uses: 41,
      last_used_at: at(20 * 60_000),
      expires_at: at(-27 * DAY),
    }),
    rule(world, 30 * DAY, {
      effect: "never",
      matches: { kind: "prefix", words: ["git", "push", "--force"] },
      title: "git push --force",
      owner_id: null,
    }),
  );
}

function rule(world: World, agoMs: number, change: Partial<RuleView>): RuleView {
  return {
    rule_id: nextId(),
    effect: "allow",
    tool: "Bash",
    matches: { kind: "tool" },
    title: `Every use of ${change.tool ?? "Bash"}`,
    owner_id: change.effect === "never" ? null : world.user.user_id,
    machine_id: null,
    project_path: null,
    session_id: null,
    request_id: null,
    created_by: world.user.user_id,
    created_at: at(agoMs),
    expires_at: null,
    last_used_at: null,
    uses: 0,
    ...change,
  };
}

function preset(name: string, description: string, options: PolicyOptions): PresetView {
  const policy = { ...resolve(options, true), permission_preset: name };
  return { name, description, built_in: false, policy, options, changed_at: at() };
}

function explain(body: Json): PolicyExplained {
  const policy = resolve(body as PolicyOptions, body.interactive !== false);
  const parts = Object.keys(policy.origins) as Part[];
  const effect = (tool: ToolName | null): Effect => {
    const isThere = tool === null ? policy.other_tools : policy.allowed_tools.includes(tool);
    if (!isThere) return "deny";
    const reads = tool !== null && READS.includes(tool);
    if (policy.permissions === "approve-all" || reads) return "allow";
    if (policy.permissions === "deny-all") return "deny";
    return policy.interactive ? "ask" : policy.non_interactive_permissions;
  };
  return {
    policy,
    reasons: parts.map((part) => ({ part, origin: policy.origins[part], reason: "" })),
    tools: EVERY.map((tool) => ({ tool, effect: effect(tool), reason: "" })),
    other_tools: { effect: effect(null), reason: "" },
    warnings: [],
  };
}
