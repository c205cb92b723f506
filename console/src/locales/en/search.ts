import type { WhyNotSearched } from "../../api/types";
import { plural } from "./plural";

export const search = {
  title: "In what was said",
  hint: "Prompts, answers and tool calls of the chats that you may see, on their machines.",
  look: (words: string) => `Search transcripts for "${words}"`,
  nothing: (sessions: number) => `Not found in ${plural(sessions, "transcript")}.`,
  searched: (sessions: number) => `${plural(sessions, "transcript")} searched.`,
  said: { prompt: "Prompt", answer: "Answer", tool: "Tool call" },
  more: (places: number) => `and ${plural(places, "place")} before these`,
  earlier: "Search earlier sessions",
  not_searched: (machine: string, sessions: number) =>
    `Not searched: ${plural(sessions, "transcript")} on ${machine}.`,
  a_machine: "a machine",
  why: {
    offline: "It is offline.",
    too_old: "Its release cannot search.",
    too_slow: "It took too long.",
    unreadable: "It cannot read them.",
  } satisfies Record<WhyNotSearched, string>,
};
