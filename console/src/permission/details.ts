/** What a person is asked about, whole. */

import { fields, isFields, text } from "../transcript/fields";
import { toolCall } from "../transcript/read-content";
import type { ToolCall, ToolContent } from "../transcript/update";

export interface Details {
  /** The tool, as policies name it. */
  tool: string;
  /** The rule that made it a question. */
  reason: string;
  call: ToolCall;
  /** The command, exactly, where it is one. */
  command: string | null;
  /** Where the command would run. */
  cwd: string | null;
  diffs: readonly Extract<ToolContent, { kind: "diff" }>[];
  /** Everything else that the tool is given, as JSON. */
  rest: readonly (readonly [name: string, value: string])[];
  /** How far “for this session” would reach. */
  scope: "command" | "tool" | "call" | "none";
  /** What whoever answers once and for all can choose from; null where nobody can. */
  always: RuleOffer | null;
}

/** What an answer once and for all can be about. */
export interface RuleOffer {
  /** Whether exactly this call can be named. */
  isExact: boolean;
  /** The words of the command, where it is plain enough for a rule about its first words. */
  words: readonly string[];
}

/** Reads the details of a question, as `conversation::PermissionDetails` writes them. */
export function readDetails(value: unknown): Details {
  const details = fields(value);
  const call = toolCall(details.tool_call) ?? { toolCallId: "" };
  const input = fields(call.rawInput);
  const tool = text(details.tool);
  const command = commandOf(input);
  const cwd = text(input.cwd) || text(input.workdir) || null;
  const diffs = (call.content ?? []).filter((item) => item.kind === "diff");
  return {
    tool,
    reason: text(details.reason),
    call,
    command,
    cwd,
    diffs,
    rest: rest(call.rawInput, command !== null, cwd !== null),
    scope: scopeOf(tool),
    always: offerOf(details.always),
  };
}

function offerOf(value: unknown): RuleOffer | null {
  if (!isFields(value)) {
    return null;
  }
  const words = Array.isArray(value.words) ? value.words : [];
  return {
    isExact: text(value.digest) !== "",
    words: words.filter((word): word is string => typeof word === "string"),
  };
}

const COMMAND_MEMBERS = ["command", "cmd", "script"];
const CWD_MEMBERS = ["cwd", "workdir"];

/** Words of a command are shown quoted, so that it is seen where each begins and ends. */
function commandOf(input: Readonly<Record<string, unknown>>): string | null {
  const member = COMMAND_MEMBERS.find((name) => input[name] !== undefined);
  const value = member === undefined ? undefined : input[member];
  if (typeof value === "string") {
    return value;
  }
  const isWords = Array.isArray(value) && value.every((word) => typeof word === "string");
  return isWords ? value.map(quoted).join(" ") : null;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function rest(input: unknown, hasCommand: boolean, hasCwd: boolean): Details["rest"] {
  if (input === undefined) {
    return [];
  }
  if (!isFields(input)) {
    return [["", written(input)]];
  }
  const isShown = (name: string) =>
    (hasCommand && COMMAND_MEMBERS.includes(name)) || (hasCwd && CWD_MEMBERS.includes(name));
  return Object.entries(input)
    .filter(([name]) => !isShown(name))
    .map(([name, value]) => [name, written(value)] as const);
}

function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** The tools that policies know by name; consent for the session covers every use of them. */
const KNOWN_TOOLS = new Set([
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
  "think",
]);

function scopeOf(tool: string): Details["scope"] {
  if (tool === "Bash") {
    return "command";
  }
  if (tool === "review") {
    return "none";
  }
  return KNOWN_TOOLS.has(tool) ? "tool" : "call";
}
