export const outside = {
  title: "Begun outside of Gantline",
  text: "Sessions that were begun on this machine with the agents' own programs, in its workspaces. Its owner says who may see them; that you looked is written down.",
  look: "Look on this machine",
  none: "There is none in this machine's workspaces.",
  more: "There are more before these.",
  unreadable: (count: string) =>
    `${count} ${count === "1" ? "file" : "files"} of agents could not be read.`,
  prompts: (count: string) => `${count} ${count === "1" ? "prompt" : "prompts"}`,
  may_be_open: "may be open",
  continued: "goes on here",
  open: "Open the session",
  go_on: "Continue",
  go_on_title: (title: string) => `Continue "${title}" here?`,
  go_on_text: (directory: string) =>
    `A new session goes on in ${directory} with a copy of what was said, and asks before it acts. The agent's own files stay as they are.`,
  beside:
    "It was changed a moment ago and may still be open there. What is said there from now on is not known here.",
};
