/** What may be done without a person: policies, rules, presets. */

import { request } from "./request";
import type {
  CreateRule,
  OnePreset,
  OneRule,
  PolicyExplained,
  PolicyOptions,
  Presets,
  PutPreset,
  Rules,
} from "./types";

/** What a policy would do with each tool, and why. */
export const explainPolicy = (body: PolicyOptions & { interactive: boolean }) =>
  request<PolicyExplained>("POST", "/api/policy/explain", { body });

/** Rules in force. */
export const rules = () => request<Rules>("GET", "/api/policy/rules");

/** Rules that hold in a session. */
export const rulesOf = (sessionId: string) =>
  request<Rules>("GET", `/api/policy/rules?session_id=${encodeURIComponent(sessionId)}`);

export const createRule = (body: CreateRule) =>
  request<OneRule>("POST", "/api/policy/rules", { body });

export const revokeRule = (id: string) =>
  request<unknown>("DELETE", `/api/policy/rules/${encodeURIComponent(id)}`);

export const presets = () => request<Presets>("GET", "/api/policy/presets");

const preset = (name: string) => `/api/policy/presets/${encodeURIComponent(name)}`;

export const putPreset = (name: string, body: PutPreset) =>
  request<OnePreset>("PUT", preset(name), { body });

export const removePreset = (name: string) => request<unknown>("DELETE", preset(name));
