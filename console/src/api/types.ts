/**
 * Bodies of the public interface, as `crates/contract` writes them. Times are RFC 3339 in UTC.
 */

export type Time = string;

export type Role = "system_admin" | "tenant_admin" | "user" | "read_only";

export interface UserView {
  user_id: string;
  tenant_id: string;
  username: string;
  display_name: string;
  role: Role;
}

export interface AuthCheck {
  required: boolean;
  setup_required: boolean;
}

export interface Setup {
  secret: string;
  username: string;
  display_name?: string;
  password: string;
}

export interface RedeemedLink {
  setup: boolean;
  user?: UserView;
}

export interface SignIn {
  username: string;
  password: string;
}

export interface SignedIn {
  success: boolean;
  user: UserView;
}

export interface LoginView {
  login_id: string;
  user_agent: string;
  created_at: Time;
  last_used_at: Time;
  expires_at: Time;
  current: boolean;
}

export interface Logins {
  logins: LoginView[];
}

export interface CreateApiToken {
  name: string;
  expires_in_days?: number;
}

export interface ApiTokenView {
  token_id: string;
  name: string;
  created_at: Time;
  last_used_at: Time | null;
  expires_at: Time;
}

export interface CreatedApiToken extends ApiTokenView {
  token: string;
}

export interface ApiTokens {
  tokens: ApiTokenView[];
}

export interface InstalledAgent {
  name: string;
  title: string;
  version?: string;
  chat: boolean;
  terminal: boolean;
  missing?: string;
  install?: string;
  asks: boolean;
}

export interface Capabilities {
  cpu_cores: number;
  memory_gb: number;
  shell: boolean;
}

export type MachineStatus = "online" | "offline";

export interface MachineView {
  machine_id: string;
  machine_name: string;
  hostname: string;
  os_type: string;
  os_version: string;
  arch: string;
  status: MachineStatus;
  connected: boolean;
  capabilities: Capabilities;
  agent_version: string;
  workspaces: string[];
  agents: InstalledAgent[];
  enrolled_at: Time;
  last_seen_at: Time | null;
}

export interface Machines {
  machines: MachineView[];
}

export interface OneMachine {
  success: boolean;
  machine: MachineView;
}

export interface CreateEnrolment {
  expires_in_minutes?: number;
}

export interface CreatedEnrolment {
  success: boolean;
  registration_token: string;
  enrolment_id: string;
  expires_at: Time;
  command: string;
}

export type EnrolmentState = "open" | "used" | "revoked" | "expired";

export interface EnrolmentView {
  enrolment_id: string;
  state: EnrolmentState;
  created_by: string;
  created_at: Time;
  expires_at: Time;
  machine_id: string | null;
}

export interface Enrolments {
  enrolments: EnrolmentView[];
}

export type SessionKind = "chat" | "terminal";

export type SessionState = "starting" | "idle" | "running" | "waiting" | "stopped" | "failed";

export type Preset = "safe-readonly" | "ask" | "dev-default" | "full-auto";

export interface CreateSession {
  machine_id: string;
  kind: SessionKind;
  agent_name?: string;
  project_path?: string;
  model?: string;
  permission_preset?: Preset;
  title?: string;
  columns?: number;
  rows?: number;
}

export interface Owner {
  user_id: string;
  display_name: string;
}

export interface SessionView {
  session_id: string;
  machine_id: string;
  kind: SessionKind;
  agent_name: string | null;
  project_path: string;
  model: string | null;
  permission_preset: string;
  title: string;
  status: SessionState;
  detail: string | null;
  owner: Owner;
  created_at: Time;
  last_active_at: Time;
}

export interface Sessions {
  sessions: SessionView[];
  count: number;
  next_cursor?: string;
}

export interface OneSession {
  success: boolean;
  session: SessionView;
}

export type WhenBusy = "queue" | "steer";

export type ContentBlock =
  | { type: "text"; text: string }
  | { type: "image"; data: string; mimeType: string }
  | { type: "resource_link"; uri: string; name: string }
  | { type: "resource"; resource: { uri: string; text: string; mimeType?: string } };

export interface CreateTurn {
  content: string | ContentBlock[];
  when_busy: WhenBusy;
}

export type TurnState =
  | "sent"
  | "on_machine"
  | "running"
  | "done"
  | "cancelled"
  | "failed"
  | "unknown";

export interface TurnView {
  turn_id: string;
  session_id: string;
  author: string;
  state: TurnState;
  outcome: string | null;
  created_at: Time;
  finished_at: Time | null;
}

export interface OneTurn {
  success: boolean;
  turn: TurnView;
}

export interface Turns {
  turns: TurnView[];
}

export interface UpdateRecord {
  seq: number;
  at: Time;
  update: unknown;
}

export interface Updates {
  updates: UpdateRecord[];
  last: number;
}

export type PermissionState = "pending" | "answered" | "delivered" | "resolved" | "withdrawn";

export type PermissionAnswer = "allow_once" | "allow_session" | "deny";

export interface PermissionView {
  request_id: string;
  session_id: string;
  machine_id: string;
  turn_id: string | null;
  title: string;
  details: unknown;
  digest: string;
  state: PermissionState;
  answer: PermissionAnswer | null;
  note: string | null;
  answered_by: string | null;
  asked_at: Time;
  answered_at: Time | null;
}

export interface Permissions {
  permissions: PermissionView[];
}

export interface OnePermission {
  success: boolean;
  permission: PermissionView;
}

export interface AnswerPermission {
  answer: PermissionAnswer;
  note?: string;
  digest: string;
}

export interface Problem {
  title: string;
  status: number;
  code: string;
  detail: string;
  error: string;
  hint?: string;
  request_id?: string;
}

export interface CreateProviderKey {
  provider: string;
  key_name: string;
  api_key: string;
  base_url?: string;
}

export interface ProviderKeyView {
  id: string;
  provider: string;
  key_name: string;
  base_url: string;
  hint: string;
  created_at: Time;
}

export interface ProviderKeys {
  keys: ProviderKeyView[];
}

export interface TokenCounts {
  input: number;
  cache_read: number;
  cache_write: number;
  output: number;
  reasoning: number;
}

export type UsageStatus = "complete" | "partial" | "estimated" | "refused";

export interface UsageView {
  usage_id: string;
  user_id: string;
  machine_id: string;
  session_id: string;
  provider: string;
  model: string | null;
  model_answered: string | null;
  tokens: TokenCounts;
  status: UsageStatus;
  http_status: number | null;
  started_at: Time;
  first_byte_ms: number | null;
  duration_ms: number;
}

export interface Usage {
  usage: UsageView[];
}

export interface SessionUsage {
  session_id: string;
  calls: number;
  tokens: TokenCounts;
  total_tokens: number;
}

export interface AuditView {
  position: number;
  at: Time;
  actor: string;
  action: string;
  object: string;
  result: string;
  facts: unknown;
  hash: string;
}

export interface Audit {
  records: AuditView[];
  next_cursor?: string;
}

export interface Build {
  version: string;
  commit: string;
  time: string;
}
