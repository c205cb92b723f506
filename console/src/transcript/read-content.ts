/** Reads content and tool calls, the parts that permission requests have in common with chats. */

import {
  count,
  type Fields,
  fields,
  isFields,
  list,
  maybeCount,
  maybeText,
  present,
  text,
  word,
} from "./fields";
import type { Content, Location, ToolCall, ToolContent } from "./update";

const TOOL_KINDS = [
  "read",
  "edit",
  "delete",
  "move",
  "search",
  "execute",
  "think",
  "fetch",
  "switch_mode",
  "other",
] as const;

const TOOL_STATUSES = [
  "pending",
  "in_progress",
  "paused",
  "completed",
  "failed",
  "cancelled",
  "unfinished",
] as const;

/** Reads a piece of content. */
export function content(value: unknown): Content {
  const item = fields(value);
  const mimeType = maybeText(item.mime_type);
  switch (item.kind) {
    case "text":
      return { kind: "text", text: text(item.text) };
    case "image":
      return {
        kind: "image",
        data: text(item.data),
        mimeType: text(item.mime_type),
        ...present({ uri: maybeText(item.uri) }),
      };
    case "audio":
      return { kind: "audio", data: text(item.data), mimeType: text(item.mime_type) };
    case "resource_link":
      return {
        kind: "resource_link",
        uri: text(item.uri),
        name: text(item.name),
        ...present({ mimeType, size: maybeCount(item.size) }),
      };
    case "resource":
      return {
        kind: "resource",
        uri: text(item.uri),
        text: text(item.text),
        ...present({ mimeType }),
      };
    case "blob":
      return { kind: "blob", uri: text(item.uri), data: text(item.data), ...present({ mimeType }) };
    case "omitted":
      return {
        kind: "omitted",
        what: text(item.what),
        bytes: count(item.bytes),
        ...present({ mimeType }),
      };
    default:
      return { kind: "unknown", raw: item.kind === "unknown" ? item.raw : value };
  }
}

/** Reads a tool call; null where it has no id. */
export function toolCall(value: unknown): ToolCall | null {
  const call = fields(value);
  const toolCallId = text(call.tool_call_id);
  if (!toolCallId) {
    return null;
  }
  return {
    toolCallId,
    ...present({
      title: maybeText(call.title),
      name: maybeText(call.name),
      toolKind: known(call, "tool_kind", (kind) => word(kind, TOOL_KINDS, "other")),
      status: known(call, "status", (status) => word(status, TOOL_STATUSES, "unfinished")),
      content: known(call, "content", (items) => list(items).map(toolContent)),
      locations: known(call, "locations", (items) => list(items).flatMap(location)),
      rawInput: call.raw_input ?? undefined,
      rawOutput: call.raw_output ?? undefined,
      cutBytes: maybeCount(call.cut_bytes),
    }),
  };
}

function known<T>(call: Fields, member: string, read: (value: unknown) => T): T | undefined {
  const value = call[member];
  return value === undefined || value === null ? undefined : read(value);
}

function toolContent(value: unknown): ToolContent {
  const item = fields(value);
  switch (item.kind) {
    case "content":
      return { kind: "content", content: content(item.content) };
    case "diff":
      return {
        kind: "diff",
        path: text(item.path),
        newText: text(item.new_text),
        ...present({ oldText: maybeText(item.old_text) }),
      };
    case "terminal":
      return { kind: "terminal", terminalId: text(item.terminal_id) };
    default:
      return { kind: "unknown", raw: item.kind === "unknown" ? item.raw : value };
  }
}

function location(value: unknown): Location[] {
  if (!isFields(value) || typeof value.path !== "string") {
    return [];
  }
  return [{ path: value.path, ...present({ line: maybeCount(value.line) }) }];
}
