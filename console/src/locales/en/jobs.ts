import { plural } from "./plural";

export const jobs = {
  title: "Jobs",
  one: "Job",
  back: "All jobs",
  show: "Show",
  filters: {
    all: "All",
    active: "Under way",
    completed: "Completed",
    failed: "Failed",
    canceled: "Canceled",
  },
  states: {
    queued: "Queued",
    running: "Running",
    completed: "Completed",
    failed: "Failed",
    canceled: "Canceled",
  },
  none: "No jobs yet",
  none_text:
    "A job is one prompt that an agent works on while nobody looks. Its result stays here.",
  none_such: "None",
  older: "Show older ones",
  submit: "Submit",
  prompt: "What is to be done",
  prompt_placeholder: "Update the dependencies and say what changed.",
  presets: {
    ask: {
      title: "Reads, refuses the rest",
      text: "Reads by itself. What would have to be asked is refused, because nobody can be asked.",
    },
    "safe-readonly": {
      title: "Read only",
      text: "Reads and searches with four tools. Everything else is refused.",
    },
    "dev-default": {
      title: "Careful",
      text: "Like the first, with the tools Bash, Read and Write only.",
    },
    "full-auto": {
      title: "Full auto",
      text: "Everything goes ahead. Needed for jobs that change files or run commands.",
    },
  },
  interactive: "People may be asked",
  interactive_text:
    "What else the agent asks waits in the inbox, for as long as an attempt may take. Otherwise nobody is asked.",
  limit: "Time for an attempt",
  no_limit: "As long as it takes",
  wait: "If the machine is away",
  no_wait: "Fail",
  span: (seconds: number) =>
    seconds % 86_400 === 0
      ? plural(seconds / 86_400, "day")
      : seconds % 3600 === 0
        ? plural(seconds / 3600, "hour")
        : seconds % 60 === 0
          ? plural(seconds / 60, "minute")
          : plural(seconds, "second"),
  priority: "Priority",
  priorities: { high: "Before others", usual: "In turn", low: "After others" },
  cancel: "Cancel job",
  cancel_title: "Cancel this job?",
  cancel_text: "Its agent is stopped. What it has done so far stays.",
  retry: "Retry",
  delete: "Delete",
  delete_title: "Delete this job?",
  delete_text: "Its result and its log are removed. The session in which it was done stays.",
  deleted: "The job was deleted.",
  result: "Result",
  result_cut: "Only the beginning is kept here. The session has all of it.",
  failures: {
    machine_offline: "The machine was away for too long.",
    machine_removed: "The machine was removed.",
    not_allowed: "Its owner may not do this any more.",
    not_started: "The session could not be started.",
    turn_failed: "The turn ended with an error.",
    turn_unknown:
      "The machine lost track of it. What it did is not known, so it is not run again by itself.",
    stopped_early: "The agent stopped before it was done.",
    timed_out: "It took longer than it was given.",
  },
  machine: "Machine",
  agent: "Agent",
  workspace: "Workspace",
  model: "Model",
  session: "Session",
  open_session: "Open session",
  submitted_at: "Submitted",
  took: "Took",
  tokens: "Tokens",
  cost: "Cost",
  owner: "Owner",
  log: "Log",
  log_empty: "Nothing yet.",
  levels: { info: "info", warn: "warning", error: "error" },
  dropped: (count: number) => `${plural(count, "line")} not kept`,
  attempts: "Attempts",
  webhook: {
    title: "Webhook",
    field: "Tell this address when it has ended",
    field_hint: "Signed with the secret that you make in the settings, under API tokens.",
    later: "It is told when the job has ended.",
    again: "Send again",
    next: (at: string) => `Next attempt ${at}`,
    states: {
      pending: "To be sent",
      delivered: "Delivered",
      failed: "Not delivered",
      refused: "Refused by the receiver",
    },
  },
};
