/** The sessions of the pretended world, in every state that a list can show. */

import type { SessionView } from "../src/api/types";
import { resolve } from "./policy";
import { tellStory } from "./story";
import { at, DAY, HOUR, type Json, MINUTE, nextId, SECOND, type World } from "./world";

interface Places {
  build: string;
  studio: string;
  runner: string;
}

function add(world: World, machineId: string, agoMs: number, change: Partial<SessionView>): string {
  const id = nextId();
  const session: SessionView = {
    session_id: id,
    id,
    machine_id: machineId,
    kind: "chat",
    agent_name: "claude",
    project_path: "/home/ada/gantline",
    model: null,
    permission_preset: "ask",
    policy: resolve({ permission_preset: "ask" }, true),
    title: "",
    name: change.title ?? "",
    tags: [],
    archived: false,
    status: "idle",
    active: change.status === "running" || change.status === "waiting",
    detail: null,
    owner: { user_id: world.user.user_id, display_name: world.user.display_name },
    created_at: at(agoMs + HOUR),
    last_active_at: at(agoMs),
    last_active: at(agoMs),
    ...change,
  };
  world.putSession(session);
  return session.session_id;
}

export function addSessions(world: World, { build, studio, runner }: Places): void {
  const main = add(world, build, 20 * SECOND, {
    title: "Read the time limit from the configuration",
    status: "waiting",
    model: "opus",
    tags: ["configuration", "release 1.2"],
    permission_preset: "dev-default",
    policy: resolve(
      { permission_preset: "dev-default", denied_tools: ["WebFetch"], max_turns: 40 },
      true,
    ),
  });
  tellStory(world, main);
  askForDiff(world, main);

  const deploy = add(world, studio, 3 * MINUTE, {
    title: "Ship the new landing page",
    agent_name: "codex",
    project_path: "/home/ada/design",
    status: "waiting",
  });
  askForCommand(world, deploy);

  add(world, build, 4 * SECOND, {
    title: "Find out why the nightly build is slow",
    agent_name: "codex",
    status: "running",
  });
  add(world, build, 8 * MINUTE, {
    title: "shell",
    kind: "terminal",
    agent_name: null,
    status: "running",
  });
  add(world, build, 26 * MINUTE, {
    title: "Explain the retry logic in the link",
    agent_name: "opencode",
    permission_preset: "safe-readonly",
    policy: resolve({ permission_preset: "safe-readonly" }, true),
    containment: "kernel",
    containment_detail: "Landlock, version 6 of its interface",
  });
  add(world, build, 5 * HOUR, {
    title: "Upgrade to the new test runner",
    status: "failed",
    detail: "the agent could not be started: exit status 1",
  });
  add(world, studio, 2 * HOUR, { title: "重构登录页面的表单校验", agent_name: "claude" });
  add(world, studio, 3 * HOUR, {
    title: "Claude Code in design",
    kind: "terminal",
    agent_name: "claude",
    status: "running",
    project_path: "/home/ada/design",
  });
  add(world, studio, 2 * DAY, {
    title: "Draft the release notes",
    status: "stopped",
    tags: ["release 1.2"],
  });
  add(world, studio, 9 * DAY, {
    title: "Try the new colours",
    status: "stopped",
    archived: true,
    tags: ["design"],
  });
  add(world, runner, 5 * HOUR, {
    title: "Sweep the learning rate",
    project_path: "/srv/train",
    status: "running",
  });
}

function askForDiff(world: World, sessionId: string): void {
  const call = {
    tool_call_id: "story-edit-2",
    title: "Write src/deadline.ts",
    name: "Write",
    tool_kind: "edit",
    status: "pending",
    locations: [{ path: "/home/ada/gantline/src/deadline.ts" }],
    content: [
      {
        kind: "diff",
        path: "/home/ada/gantline/src/deadline.ts",
        new_text: `import type { Config } from "./config";

/** When a request that begins now must be over. */
export function deadline(config: Config, now: number): number {
  return now + config.timeoutMs;
}
`,
      },
    ],
  };
  world.append(sessionId, { kind: "tool_call", ...call }, 40 * SECOND);
  const details = detailsOf("Write", call);
  world.ask(sessionId, null, "Write src/deadline.ts", details, 40 * SECOND);
}

function askForCommand(world: World, sessionId: string): void {
  const command = `rsync -a --delete dist/ deploy@www.example.com:/srv/www/ && \\
  ssh deploy@www.example.com 'systemctl reload caddy'`;
  const call = {
    tool_call_id: "deploy-1",
    title: "Deploy the page",
    name: "Bash",
    tool_kind: "execute",
    status: "pending",
    raw_input: {
      command,
      cwd: "/home/ada/design",
      description: "Copies the built page to the web server and reloads it",
      timeout: 120000,
    },
  };
  world.append(sessionId, { kind: "tool_call", ...call }, 3 * MINUTE);
  world.ask(sessionId, null, command.replace("\\\n ", ""), detailsOf("Bash", call), 3 * MINUTE);
}

function detailsOf(tool: string, call: Json): Json {
  return {
    tool,
    reason: "changes need a person's consent",
    tool_call: call,
    always: {
      tool,
      digest: "0".repeat(64),
      ...(tool === "Bash" ? { words: ["rsync", "-a", "--delete"] } : {}),
    },
    request_digest: "0".repeat(64),
  };
}
