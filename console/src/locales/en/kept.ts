import { plural } from "./plural";

export const kept = {
  title: "Transcripts on the server",
  text: "What is said in chats lies on the machines. It can be kept on the server as well, sealed, so that it is read and searched while a machine is offline.",
  none: "Transcripts are on the machines only.",
  days: (days: number) => `Transcripts are kept on the server for ${plural(days, "day")}.`,
  change: "Change",
  change_title: "Keep transcripts on the server",
  change_text:
    "The days count from when a session was last active. Everybody is told in their sessions. What is not to be kept any more is deleted at once.",
  add: "Except a workspace",
  add_title: "Transcripts of a workspace",
  machine: "Machine",
  workspace: "Workspace",
  workspace_hint: "What is inside it is meant, too.",
  kept_days: (days: number) => `kept for ${plural(days, "day")}`,
  not_kept: "on the machine only",
  drop: "Remove",
  drop_title: "Treat this workspace like the others?",
  drop_text: "What is kept of it and not to be kept like the others is deleted at once.",
  field: "Days",
  placeholder: "not kept",
  wrong: "A number from 1 to 3650, or nothing.",
  save: "Save",
  session: (days: number) =>
    `The transcript of this session is kept on the server for ${plural(days, "day")}.`,
};
