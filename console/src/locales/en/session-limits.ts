/** What a tenant allows its sessions. */
export const session_limits = {
  title: "Session limits",
  text: "They hold for everybody's sessions. Lowering how many may be open ends none.",
  none: "No limit",
  names: {
    idle_limit_s: "Idle chats end after",
    max_turns: "Prompts in one session",
    max_sessions_per_machine: "Open sessions on one machine",
    max_sessions_per_user: "Open sessions of one person",
  },
  hints: {
    idle_limit_s:
      "A chat in which nothing happens is stopped. One that waits for an answer, is paused or works for a job is not idle; terminals have no such limit.",
    max_turns: "Then its owner starts another session.",
    max_sessions_per_machine: "Whoever has them, paused ones too. Jobs beyond it wait.",
    max_sessions_per_user: "On all machines, those of jobs too. Jobs beyond it wait.",
  },
  fields: {
    idle_limit_s: "Idle chats end after (minutes)",
    max_turns: "Prompts in one session",
    max_sessions_per_machine: "Open sessions on one machine",
    max_sessions_per_user: "Open sessions of one person",
  },
  wrong: "A number above 0, or nothing",
  change: "Change",
  change_title: "Change session limits",
  change_text: "Leave a field empty for no limit.",
  save: "Save",
};
