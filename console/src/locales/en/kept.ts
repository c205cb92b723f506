import { plural } from "./plural";

export const kept = {
  title: "Transcripts on the server",
  text: "What is said in chats lies on the machines. It can be kept on the server as well, sealed, so that it is read and searched while a machine is offline.",
  none: "Transcripts are on the machines only.",
  days: (days: number) => `Transcripts are kept on the server for ${plural(days, "day")}.`,
  change: "Change",
  change_title: "Keep transcripts on the server",
  change_text:
    "The days count from when a session was last active. Everybody in the organisation is told in their sessions. If nothing is kept any more, what is kept is deleted at once.",
  field: "Days",
  placeholder: "not kept",
  wrong: "A number from 1 to 3650, or nothing.",
  save: "Save",
  session: (days: number) =>
    `Transcripts of this organisation are kept on the server for ${plural(days, "day")}.`,
};
