/** A chat in which everything happens that a chat can show. */

import { CONFIG_AFTER, CONFIG_BEFORE, LONG_ANSWER, SHORT_ANSWER, TEST_OUTPUT } from "./texts";
import { type Json, MINUTE, nextId, SECOND, type World } from "./world";

export function tellStory(world: World, sessionId: string): void {
  let ago = 14 * MINUTE;
  const say = (update: Json, tookMs = 2 * SECOND) => {
    ago = Math.max(SECOND, ago - tookMs);
    world.append(sessionId, update, ago);
  };
  begin(say);
  const first = turn(world, say, "How does a keystroke travel from the browser to the shell?");
  say({ ...thought("The user wants an overview. I should read the attach protocol first.") });
  tools(say);
  say({ ...speech(LONG_ANSWER) }, 9 * SECOND);
  first("done");
  const second = turn(
    world,
    say,
    "The time limit in `src/config.ts` is a constant. Read it from the configuration instead, and keep 30 s as the default.",
  );
  plan(say, 1);
  edit(say);
  say({ ...speech(SHORT_ANSWER) }, 8 * SECOND);
  tests(say);
  second("done");
  refused(world, say);
  turn(world, say, "Good. Now move `deadline` to a file of its own.");
  plan(say, 2);
  say({ ...thought("A new file is needed; I have to ask before I write it.") });
  say({ kind: "state", state: "waiting" });
}

type Say = (update: Json, tookMs?: number) => void;

function begin(say: Say): void {
  say({ kind: "state", state: "starting" });
  say({
    kind: "agent",
    name: "Claude Code",
    version: "2.4.1",
    agent_session_id: "a1",
    opened: "new",
    prompt: { image: true, audio: false, embedded_context: true },
    remembers: true,
    asks: true,
  });
  say({
    kind: "modes",
    current: "default",
    available: [
      { id: "default", name: "Ask", description: "Asks before it changes anything" },
      { id: "plan", name: "Plan", description: "Reads and thinks, changes nothing" },
      { id: "accept", name: "Accept edits", description: "Changes files without asking" },
    ],
  });
  say({
    kind: "models",
    current: "opus",
    available: [
      { id: "opus", name: "Opus 5", description: "The most capable" },
      { id: "sonnet", name: "Sonnet 5", description: "For everyday work" },
      { id: "haiku", name: "Haiku 5", description: "The fastest" },
    ],
  });
  say({
    kind: "commands",
    commands: [
      { name: "compact", description: "Shorten what the agent remembers", hint: "what to keep" },
      { name: "review", description: "Review the changes of this branch" },
      { name: "init", description: "Write a guide to this repository for agents" },
    ],
  });
  say({
    kind: "options",
    options: [
      {
        id: "thinking",
        name: "Thinking",
        category: "thought_level",
        current: "medium",
        choices: [
          { value: "low", name: "Short" },
          { value: "medium", name: "Medium" },
          { value: "high", name: "Long" },
        ],
      },
      { id: "web", name: "May search the web", current: false },
    ],
  });
}

function turn(world: World, say: Say, text: string) {
  const turnId = nextId();
  const common = { kind: "turn", turn_id: turnId, author: "Ada Byron", origin: { kind: "prompt" } };
  say({
    kind: "user_message",
    message_id: nextId(),
    turn_id: turnId,
    author: world.user.display_name,
    content: [{ kind: "text", text }],
  });
  say({ ...common, state: "on_machine" });
  say({ ...common, state: "running" });
  return (state: string, outcome?: string) => say({ ...common, state, outcome });
}

function speech(text: string): Json {
  const content = { kind: "text", text };
  return { kind: "agent_message_chunk", message_id: nextId(), content };
}

function thought(text: string): Json {
  const content = { kind: "text", text };
  return { kind: "agent_thought_chunk", message_id: nextId(), content };
}

function tools(say: Say): void {
  const call = (id: string, more: Json) => say({ kind: "tool_call", tool_call_id: id, ...more });
  call("story-grep", {
    title: "Search for “TerminalInput”",
    name: "Grep",
    tool_kind: "search",
    status: "completed",
    raw_input: { pattern: "TerminalInput", path: "crates" },
    raw_output: "crates/wire/src/stream.rs:121\ncrates/relay/src/terminals.rs:64",
  });
  call("story-read", {
    title: "Read crates/wire/src/stream.rs",
    name: "Read",
    tool_kind: "read",
    status: "completed",
    locations: [{ path: "crates/wire/src/stream.rs", line: 121 }],
  });
  call("story-fetch", {
    title: "Fetch https://example.com/spec",
    name: "WebFetch",
    tool_kind: "fetch",
    status: "failed",
    content: [{ kind: "content", content: { kind: "text", text: "HTTP 404: not found" } }],
  });
}

function plan(say: Say, done: number): void {
  const steps = [
    "Add `timeoutMs` to the configuration",
    "Use it instead of the constant",
    "Move `deadline` to its own file",
    "Run the tests",
  ];
  const status = (index: number) =>
    index < done ? "completed" : index === done ? "in_progress" : "pending";
  const entries = steps.map((content, index) => ({ content, status: status(index) }));
  say({ kind: "plan", entries });
  say({ kind: "usage", used: 61_400, size: 200_000, cost: { amount: 0.4213, currency: "USD" } });
}

function edit(say: Say): void {
  say({
    kind: "tool_call",
    tool_call_id: "story-edit",
    title: "Edit src/config.ts",
    name: "Edit",
    tool_kind: "edit",
    status: "in_progress",
    locations: [{ path: "src/config.ts", line: 3 }],
    content: [
      { kind: "diff", path: "src/config.ts", old_text: CONFIG_BEFORE, new_text: CONFIG_AFTER },
    ],
  });
  const requestId = nextId();
  say({
    kind: "permission",
    request_id: requestId,
    state: "pending",
    tool_call_id: "story-edit",
    title: "Edit src/config.ts",
    tool: "Edit",
    reason: "changes need a person's consent",
  });
  say(
    {
      kind: "permission",
      request_id: requestId,
      state: "resolved",
      answer: "allow_once",
      by: "Ada Byron",
    },
    20 * SECOND,
  );
  say({ kind: "tool_call", tool_call_id: "story-edit", status: "completed" });
}

function tests(say: Say): void {
  say({
    kind: "tool_call",
    tool_call_id: "story-test",
    title: "npm test",
    name: "Bash",
    tool_kind: "execute",
    status: "in_progress",
    raw_input: { command: "npm test", cwd: "/home/ada/gantline" },
  });
  say(
    {
      kind: "tool_call",
      tool_call_id: "story-test",
      status: "completed",
      content: [{ kind: "content", content: { kind: "text", text: TEST_OUTPUT } }],
    },
    12 * SECOND,
  );
}

function refused(world: World, say: Say): void {
  const end = turn(world, say, "Also delete the old branch on the server.");
  say({
    kind: "tool_call",
    tool_call_id: "story-push",
    title: "git push origin --delete old-limit",
    name: "Bash",
    tool_kind: "execute",
    status: "failed",
    raw_input: { command: "git push origin --delete old-limit" },
  });
  say({
    kind: "policy_decision",
    tool_call_id: "story-push",
    title: "git push origin --delete old-limit",
    tool: "Bash",
    allowed: false,
    reason: "the machine's own rules forbid pushing",
    digest: "0".repeat(64),
  });
  say({ ...speech("I am not allowed to push from this machine, so the branch is still there.") });
  say({
    kind: "notice",
    level: "info",
    code: "context_compacted",
    text: "the agent has shortened what it remembers",
  });
  end("cancelled", "another prompt goes first");
}
