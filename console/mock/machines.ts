/** The machines of the pretended world. */

import type { InstalledAgent, MachineView } from "../src/api/types";
import { at, DAY, nextId, SECOND, type World } from "./world";

const AGENTS: InstalledAgent[] = [
  {
    name: "claude",
    title: "Claude Code",
    version: "2.4.1",
    chat: true,
    terminal: true,
    asks: true,
  },
  { name: "codex", title: "Codex", version: "0.98.0", chat: true, terminal: true, asks: true },
  {
    name: "qwen",
    title: "Qwen Code",
    chat: true,
    terminal: true,
    asks: true,
    missing: "the program qwen was not found",
    install: "npm install -g @qwen-code/qwen-code",
  },
  {
    name: "gemini",
    title: "Gemini CLI",
    chat: true,
    terminal: true,
    asks: true,
    missing: "the program gemini was not found",
    install: "npm install -g @google/gemini-cli",
  },
  { name: "opencode", title: "opencode", version: "1.9.4", chat: true, terminal: true, asks: true },
  { name: "demo", title: "Demo agent", version: "0.1.0", chat: true, terminal: false, asks: true },
];

export function machine(change: Partial<MachineView>): MachineView {
  return {
    machine_id: nextId(),
    machine_name: "build-01",
    labels: [],
    hostname: "build-01.example",
    os_type: "linux",
    os_version: "Debian GNU/Linux 12 (bookworm)",
    arch: "x86_64",
    status: "online",
    connected: true,
    capabilities: { cpu_cores: 16, memory_gb: 62.7, shell: true },
    agent_version: "0.1.0",
    workspaces: ["/home/ada/gantline", "/home/ada/website", "/srv/data"],
    agents: AGENTS,
    health: {
      at: at(0),
      load_average: 2.37,
      free_disk_bytes: 412_316_860_416,
      free_memory_bytes: 21_474_836_480,
      running_sessions: 3,
      latency_ms: 14,
    },
    enrolled_at: at(40 * DAY),
    key_since: at(40 * DAY),
    last_seen_at: at(4 * SECOND),
    ...change,
  };
}

export function addMachines(world: World): { build: string; studio: string; runner: string } {
  const build = machine({});
  const studio = machine({
    machine_name: "mac-studio",
    hostname: "mac-studio.local",
    os_type: "macos",
    os_version: "macOS 26.1",
    arch: "aarch64",
    capabilities: { cpu_cores: 24, memory_gb: 128, shell: true },
    workspaces: ["/home/ada/app", "/home/ada/design"],
    agents: AGENTS.filter((agent) => agent.name !== "opencode"),
    enrolled_at: at(12 * DAY),
    key_since: at(12 * DAY),
    last_seen_at: at(21 * SECOND),
  });
  const runner = machine({
    machine_name: "gpu-box",
    hostname: "gpu-box",
    os_version: "Ubuntu 26.04 LTS",
    status: "offline",
    connected: false,
    capabilities: { cpu_cores: 32, memory_gb: 252, shell: false },
    workspaces: ["/srv/train"],
    enrolled_at: at(3 * DAY),
    key_since: at(3 * DAY),
    last_seen_at: at(5 * 3600 * SECOND),
  });
  for (const one of [build, studio, runner]) {
    world.putMachine(one);
  }
  return { build: build.machine_id, studio: studio.machine_id, runner: runner.machine_id };
}
