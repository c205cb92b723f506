import { plural } from "./plural";

export const common = {
  close: "Close",
  cancel: "Cancel",
  copy: "Copy",
  copied: "Copied",
  copy_failed: "Could not copy",
  loading: "Loading",
  reload: "Reload",
  try_again: "Try again",
  new_version: "The server has been updated. Reload this page to go on with the new version.",
  part_failed: "A part of this page could not be loaded.",
  broken: "Something in this page broke",
  unreachable: "The server could not be reached.",
  unreachable_hint: "Check the connection and try again.",
  reference: (id: string) => `Reference for the server's log: ${id}`,
};

export const status = {
  needs_you: "Needs you",
  paused: "Paused",
  working: "Working",
  starting: "Starting",
  unread: "Done, unread",
  open: "Open",
  idle: "Idle",
  failed: "Failed",
  offline: "Offline",
  frozen: "Frozen",
  halted: "Halted",
  closed: "Takes no work",
  ended: "Ended",
  online: "Online",
  link_lost: "Link lost",
};

export const not_found = {
  title: "Nothing here",
  text: "There is no page at this address. It may have been mistyped, or what it showed is gone.",
  home: "Go to home",
};

export const links = {
  title: "Open this link?",
  text: "It was written by an agent or a program and leads away from Gantline.",
  host: "It goes to",
  open: "Open in a new tab",
  punycode: "The name contains letters of another alphabet that can look like Latin ones.",
};

export const diff = {
  caption: "Changes line by line",
  new_file: "new",
  counts: (added: number, removed: number) =>
    `${plural(added, "line")} added, ${plural(removed, "line")} removed`,
  copy_path: "Copy path",
  wrap: "Wrap long lines",
  split: "Side by side",
  unchanged: (count: number) => `${plural(count, "unchanged line")}`,
  show_more: (count: number) => `Show ${plural(count, "more changed line")}`,
  no_changes: "No changes.",
  empty_file: "An empty file.",
  break_gained: "The file now ends with a line break.",
  break_missing: "The file does not end with a line break.",
  break_lost: "The file no longer ends with a line break.",
  coarse: "These texts are too different to be compared line by line.",
};

/** Own words for the server's codes. It speaks English itself, and knows more than its code. */
export const problems: Readonly<Record<string, string | undefined>> = {};
