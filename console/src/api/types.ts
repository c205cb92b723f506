/**
 * Bodies of the public interface, by their names in `crates/contract`. Made from the description
 * of the interface (`schema.ts`); here only to be called by short names.
 */

import type { components } from "./schema";

type Schemas = components["schemas"];

export type Role = Schemas["Role"];
export type UserView = Schemas["UserView"];
export type AuthCheck = Schemas["AuthCheck"];
export type Setup = Schemas["Setup"];
export type RedeemedLink = Schemas["RedeemedLink"];
export type SignIn = Schemas["SignIn"];
export type SignedIn = Schemas["SignedIn"];
export type LoginView = Schemas["LoginView"];
export type Logins = Schemas["Logins"];
export type CreateApiToken = Schemas["CreateApiToken"];
export type ApiTokenView = Schemas["ApiTokenView"];
export type CreatedApiToken = Schemas["CreatedApiToken"];
export type ApiTokens = Schemas["ApiTokens"];
export type InstalledAgent = Schemas["InstalledAgent"];
export type Capabilities = Schemas["Capabilities"];
export type MachineStatus = Schemas["MachineStatus"];
export type MachineView = Schemas["MachineView"];
export type Machines = Schemas["Machines"];
export type OneMachine = Schemas["OneMachine"];
export type CreateEnrolment = Schemas["CreateEnrolment"];
export type CreatedEnrolment = Schemas["CreatedEnrolment"];
export type EnrolmentState = Schemas["EnrolmentState"];
export type EnrolmentView = Schemas["EnrolmentView"];
export type Enrolments = Schemas["Enrolments"];
export type SessionKind = Schemas["SessionKind"];
export type SessionState = Schemas["SessionState"];
/** Presets that everybody has; an administrator may have made others. */
export type Preset = "safe-readonly" | "ask" | "dev-default" | "full-auto";
export type CreateSession = Schemas["CreateSession"];
export type Owner = Schemas["Owner"];
export type SessionView = Schemas["SessionView"];
export type Sessions = Schemas["Sessions"];
export type OneSession = Schemas["OneSession"];
export type WhenBusy = Schemas["WhenBusy"];
export type ContentBlock = Schemas["ContentBlock"];
export type CreateTurn = Schemas["CreateTurn"];
export type TurnState = Schemas["TurnState"];
export type TurnView = Schemas["TurnView"];
export type OneTurn = Schemas["OneTurn"];
export type Turns = Schemas["Turns"];
/** What happened is read by `transcript/read.ts`, which trusts nothing. */
export type UpdateRecord = Omit<Schemas["UpdateRecord"], "update"> & { update: unknown };
export type Updates = Omit<Schemas["Updates"], "updates"> & { updates: UpdateRecord[] };
export type PermissionState = Schemas["PermissionState"];
export type PermissionAnswer = Schemas["PermissionAnswer"];
/** The details are read by `permission/details.ts`. */
export type PermissionView = Omit<Schemas["PermissionView"], "details"> & { details: unknown };
export type Permissions = Omit<Schemas["Permissions"], "permissions"> & {
  permissions: PermissionView[];
};
export type OnePermission = Omit<Schemas["OnePermission"], "permission"> & {
  permission: PermissionView;
};
export type AnswerPermission = Schemas["AnswerPermission"];
export type Problem = Schemas["Problem"];
export type ChangeProviderKey = Schemas["ChangeProviderKey"];
export type CreateProviderKey = Schemas["CreateProviderKey"];
export type KeyTrial = Schemas["KeyTrial"];
export type ProviderKeyView = Schemas["ProviderKeyView"];
export type ProviderKeys = Schemas["ProviderKeys"];
export type TestedProviderKey = Schemas["TestedProviderKey"];
export type TokenCounts = Schemas["TokenCounts"];
export type UsageStatus = Schemas["UsageStatus"];
export type UsageView = Schemas["UsageView"];
export type Usage = Schemas["Usage"];
export type SessionUsage = Schemas["SessionUsage"];
export type AnswerBudget = Schemas["AnswerBudget"];
export type BudgetRequestView = Schemas["BudgetRequestView"];
export type BudgetRequests = Schemas["BudgetRequests"];
export type OneBudgetRequest = Schemas["OneBudgetRequest"];
export type QuotaMeasure = Schemas["QuotaMeasure"];
export type AuditView = Schemas["AuditView"];
export type Audit = Schemas["Audit"];
export type Build = Schemas["Build"];
export type Time = Schemas["Time"];
export type CancelTurn = Schemas["CancelTurn"];
export type ChangeMode = Schemas["ChangeMode"];
export type ChangeModel = Schemas["ChangeModel"];
export type ChangeOption = Schemas["ChangeOption"];
export type ChangePassword = Schemas["ChangePassword"];
export type ChoosePassword = Schemas["ChoosePassword"];
export type ChangeSession = Schemas["ChangeSession"];
export type ImportSession = Schemas["ImportSession"];
export type RedeemLink = Schemas["RedeemLink"];
export type AlwaysAnswer = Schemas["AlwaysAnswer"];
export type CreateRule = Schemas["CreateRule"];
export type Effect = Schemas["Effect"];
export type OnePreset = Schemas["OnePreset"];
export type OneRule = Schemas["OneRule"];
export type Origin = Schemas["Origin"];
export type Part = Schemas["Part"];
export type PolicyExplained = Schemas["PolicyExplained"];
export type PolicyOptions = Schemas["PolicyOptions"];
export type PolicyView = Schemas["PolicyView"];
export type Presets = Schemas["Presets"];
export type PresetView = Schemas["PresetView"];
export type PutPreset = Schemas["PutPreset"];
export type RuleEffect = Schemas["RuleEffect"];
export type RuleMatch = Schemas["RuleMatch"];
export type Rules = Schemas["Rules"];
export type RuleTool = Schemas["RuleTool"];
export type RuleView = Schemas["RuleView"];
export type PermissionMode = Schemas["Permissions"];
export type ToolName = Schemas["Tool"];
export type JobAttemptView = Schemas["JobAttemptView"];
export type JobFailure = Schemas["JobFailure"];
export type JobLogEntry = Schemas["JobLogEntry"];
export type JobLogs = Schemas["JobLogs"];
export type Jobs = Schemas["Jobs"];
export type JobState = Schemas["JobState"];
export type JobSummary = Schemas["JobSummary"];
export type JobView = Schemas["JobView"];
export type CreatedWebhookSecret = Schemas["CreatedWebhookSecret"];
export type WebhookAttemptView = Schemas["WebhookAttemptView"];
export type WebhookDeliveryView = Schemas["WebhookDeliveryView"];
export type WebhookSecretView = Schemas["WebhookSecretView"];
export type LogLevel = Schemas["LogLevel"];
export type RemovedJob = Schemas["RemovedJob"];
export type SubmitJob = Schemas["SubmitJob"];
