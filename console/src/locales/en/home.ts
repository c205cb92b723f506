import { plural } from "./plural";

export const home = {
  title: "Home",
  needed: "Somebody is waiting for you",
  greeting: (name: string) => `Hello, ${name}`,
  waiting: (count: number) => `${plural(count, "question")} for you`,
  working: (count: number) => `${count} working`,
  unread: (count: number) => `${count} done and unread`,
  offline: (count: number) => `${plural(count, "machine")} offline`,
  spent: (amount: string) => `${amount} spent today`,
  all_quiet: "All quiet. Nothing waits for you.",
  questions: "Waiting for your answer",
  all_questions: (count: number) => `All ${count} in the inbox`,
  budgets: "Budgets that come to an end",
  all_budgets: (count: number) => `${plural(count, "budget")} above 80%`,
  recent: "Recent sessions",
  machines: "Machines",
  add: "Add",
  no_machines: "No machines yet",
  no_machines_text: "Add a computer to run agents and terminals on it.",
  no_access_text: "You have not been given access to a machine. Ask your administrator.",
  no_agents: "No agents found",
  sessions: (count: number) => plural(count, "open session"),
  step_machine: "Add a machine",
  step_machine_text: "One command on the computer where agents should run. It only dials out.",
  step_session: "Start a session",
  step_session_text: "A chat with an agent or a terminal, in a workspace of that machine.",
  step_key: "Store a provider key",
  step_key_text: "Agents then call models through this server. The key never leaves it.",
  step_key_action: "Provider keys",
};

export const inbox = {
  title: "Inbox",
  empty: "Nothing waits for you",
  empty_text: "When an agent needs your permission, the question appears here and in its session.",
};
