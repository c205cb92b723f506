export const permission = {
  label: (title: string) => `Permission request: ${title}`,
  agent: "The agent",
  asks: "asks to",
  tool: (tool: string) => TOOLS[tool] ?? `use ${tool}`,
  waiting: "Waiting for an answer:",
  reason: "Why you are asked:",
  reasons: {
    "changes need a person's consent": "changes need a person's consent",
    "only a person can answer this": "only a person can answer this",
  },
  given: (count: number) => (count === 1 ? "1 more parameter" : `${count} more parameters`),
  cut: (size: string) =>
    `${size} are too large to be shown. Your answer is bound to the whole request all the same.`,
  allow_once: "Allow once",
  allow_session: "Allow for this session",
  deny: "Deny",
  deny_with_note: "Deny with note…",
  note_label: "What should the agent know?",
  note_placeholder: "Use the staging server instead.",
  send_denial: "Deny and tell",
  may_not: "Your role can look but not answer.",
  scopes: {
    command: "For this session: exactly this command, nothing else.",
    tool: "For this session: every use of this tool.",
    call: "For this session: exactly this call, nothing else.",
  },
  answered: {
    allow_once: "Allowed once",
    allow_session: "Allowed for this session",
    deny: "Denied",
  },
  withdrawn: "No longer needed: the turn has ended.",
  steps: {
    sent: "Sent",
    delivered: "On the machine",
    continued: "Agent continued",
  },
  answered_by: "Already answered by",
  somebody: "somebody else",
};

const TOOLS: Readonly<Record<string, string | undefined>> = {
  Bash: "run a command",
  Edit: "change a file",
  MultiEdit: "change a file",
  NotebookEdit: "change a notebook",
  Read: "read a file",
  Write: "write a file",
  WebFetch: "fetch a web page",
  WebSearch: "search the web",
  review: "go ahead with its plan",
  other: "use a tool",
};
