/** What the pretended server knows: machines, sessions, transcripts, questions. All in memory. */

import { createHash } from "node:crypto";

import type { Notification } from "../src/api/live";
import type {
  AccountView,
  AlwaysAnswer,
  ApiTokenView,
  BudgetRequestView,
  ChannelView,
  EnrolmentView,
  IdentityView,
  JobSummary,
  JobView,
  LoginView,
  LogLevel,
  MachineAssignmentView,
  MachineView,
  Passkeys,
  PermissionView,
  PresetView,
  PriceView,
  ProviderKeyView,
  RuleView,
  SecondFactorView,
  SessionLimitsView,
  SessionView,
  SignInProvider,
  TenantView,
  TranscriptKeeping,
  TurnView,
  UpdateRecord,
  UserView,
  WebhookSecretView,
} from "../src/api/types";

import type { PretendedQuota } from "./money";

export type Json = Record<string, unknown>;

/** What a page that listens is told. */
export type Listener = (said: Notification) => void;

let made = 0;

/** An identifier that looks like the real ones and is the same in every run. */
export function nextId(): string {
  made += 1;
  return `019d527d-34ed-7272-b336-${made.toString(16).padStart(12, "0")}`;
}

export function at(agoMs = 0): string {
  return new Date(Date.now() - agoMs).toISOString();
}

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export class World {
  readonly user: UserView = {
    user_id: nextId(),
    number: 1,
    tenant_id: nextId(),
    username: "ada",
    display_name: "Ada Byron",
    kind: "person",
    role: "system_admin",
    state: "active",
    created_at: at(90 * DAY),
  };
  password = "gantline-demo";
  needsSetup = false;
  version = "0.1.0";
  readonly machines = new Map<string, MachineView>();
  readonly sessions = new Map<string, SessionView>();
  readonly permissions = new Map<string, PermissionView>();
  readonly budgets = new Map<string, BudgetRequestView>();
  readonly turns = new Map<string, TurnView>();
  /** Whether an agent has changed files that were looked at. */
  hasEdited = false;
  /** Files that were put back as they were committed. */
  readonly discarded = new Set<string>();
  readonly transcripts = new Map<string, UpdateRecord[]>();
  readonly jobs = new Map<string, JobView>();
  readonly rules: RuleView[] = [];
  /** What was said once and for all along with answers. */
  readonly always: AlwaysAnswer[] = [];
  readonly presets = new Map<string, PresetView>();
  /** What was made with an idempotency key, by that key. */
  readonly prompts = new Map<string, string>();
  readonly tokens: ApiTokenView[] = [];
  readonly accounts: AccountView[] = [];
  readonly assignments: MachineAssignmentView[] = [];
  readonly enrolments: EnrolmentView[] = [];
  /** Tenants beside one's own, with their accounts. */
  readonly tenants: TenantView[] = [];
  readonly strangers: AccountView[] = [];
  /** What its own tenant is called. */
  tenantName = "Home";
  providers: SignInProvider[] = [{ provider_id: "company", name: "Company" }];
  readonly identities: IdentityView[] = [];
  /** For how many days transcripts are kept on the server. */
  keeping: TranscriptKeeping = { days: null, workspaces: [] };
  limits: SessionLimitsView = { idle_limit_s: 7200, max_sessions_per_user: 8 };
  secondFactor: SecondFactorView = { passkeys: 0, recovery_codes_left: 0, demand: "optional" };
  passkeys: Passkeys = { passkeys: [], domain: "gantline.example.com" };
  webhookSecret: WebhookSecretView = {};
  readonly channels: ChannelView[] = [];
  /** The channel that is the browser in which the pretended server is looked at. */
  browser: string | null = null;
  readonly logins: LoginView[] = [];
  readonly keys: ProviderKeyView[] = [];
  readonly quotas: PretendedQuota[] = [];
  readonly prices: PriceView[] = [];
  readonly listeners = new Set<Listener>();
  /** Called when a question has been answered, by its id. */
  readonly waiters = new Map<string, (permission: PermissionView) => void>();

  tell(said: Notification): void {
    for (const listener of this.listeners) {
      listener(said);
    }
  }

  putMachine(machine: MachineView): void {
    this.machines.set(machine.machine_id, machine);
    this.tell({ method: "machine.updated", params: machine });
  }

  putSession(session: SessionView): void {
    this.sessions.set(session.session_id, session);
    this.tell({ method: "session.updated", params: session });
  }

  changeSession(sessionId: string, change: Partial<SessionView>): void {
    const session = this.sessions.get(sessionId);
    if (session) {
      this.putSession({ ...session, last_active_at: at(), ...change });
    }
  }

  putTurn(turn: TurnView): void {
    this.turns.set(turn.turn_id, turn);
    this.tell({ method: "turn.updated", params: turn });
  }

  changeJob(id: string, change: Partial<JobView>): void {
    const job = { ...this.jobs.get(id), ...change } as JobView;
    this.jobs.set(id, job);
    this.tell({ method: "job.updated", params: summary(job) });
  }

  logJob(id: string, message: string, level: LogLevel = "info"): void {
    const job = this.jobs.get(id);
    if (job) {
      const entry = { seq: (job.logs?.length ?? 0) + 1, timestamp: at(), level, message };
      this.jobs.set(id, { ...job, logs: [...(job.logs ?? []), entry] });
      this.tell({ method: "job.log", params: { job_id: id, entry } });
    }
  }

  putPermission(permission: PermissionView): void {
    this.permissions.set(permission.request_id, permission);
    this.tell({ method: "permission.updated", params: permission });
  }

  /** A quota stops the session that was active last. */
  askForMore(change: Partial<BudgetRequestView> = {}): BudgetRequestView {
    const chats = [...this.sessions.values()].filter((session) => session.kind === "chat");
    const session = chats.sort((one, other) =>
      other.last_active_at.localeCompare(one.last_active_at),
    )[0];
    const request: BudgetRequestView = {
      budget_request_id: nextId(),
      session_id: session?.session_id ?? nextId(),
      machine_id: session?.machine_id ?? nextId(),
      user_id: this.user.user_id,
      quota_id: nextId(),
      subject: "user",
      of: this.user.user_id,
      name: this.user.display_name,
      measure: "cost",
      period: "month",
      limit: 20,
      used: 19.82,
      asked: 0.47,
      offers: [5, 20],
      can_grant: true,
      model: "claude-opus-5-1",
      state: "pending",
      asked_at: at(40 * SECOND),
      ...change,
    };
    this.putBudget(request);
    return request;
  }

  putBudget(request: BudgetRequestView): void {
    this.budgets.set(request.budget_request_id, request);
    this.tell({ method: "budget.updated", params: request });
  }

  /** Adds a record to a transcript. */
  append(sessionId: string, update: Json, agoMs = 0): void {
    const records = this.transcripts.get(sessionId) ?? [];
    const record = { seq: records.length + 1, at: at(agoMs), update };
    records.push(record);
    this.transcripts.set(sessionId, records);
    this.tell({ method: "session.updates", params: { session_id: sessionId, updates: [record] } });
  }

  /** Asks a person about a tool call. */
  ask(sessionId: string, turnId: string | null, title: string, details: Json, agoMs = 0) {
    const session = this.sessions.get(sessionId);
    const permission: PermissionView = {
      request_id: nextId(),
      session_id: sessionId,
      machine_id: session?.machine_id ?? "",
      turn_id: turnId,
      title,
      details,
      digest: createHash("sha256").update(JSON.stringify(details)).digest("hex"),
      state: "pending",
      answer: null,
      note: null,
      answered_by: null,
      asked_at: at(agoMs),
      answered_at: null,
    };
    const call = details.tool_call as Json;
    this.append(
      sessionId,
      {
        kind: "permission",
        request_id: permission.request_id,
        state: "pending",
        tool_call_id: call.tool_call_id,
        turn_id: turnId,
        title,
        tool: details.tool,
        reason: details.reason,
        digest: permission.digest,
      },
      agoMs,
    );
    this.putPermission(permission);
    return permission;
  }
}

/** What lists and news say of a job. */
export function summary(whole: JobView): JobSummary {
  const { logs: _l, attempts: _a, result: _r, ...short } = whole;
  return short;
}

/** A provider key as the server shows it. */
export function providerKey(given: Partial<ProviderKeyView>): ProviderKeyView {
  return {
    id: nextId(),
    provider: "openai",
    key_name: "Key",
    base_url: "https://api.example.com",
    hint: "",
    models: null,
    aliases: {},
    priority: 0,
    weight: 1,
    state: "active",
    last_test: null,
    created_at: at(),
    secret_set_at: at(),
    ...given,
  };
}
