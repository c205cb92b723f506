import { plural } from "./plural";

/** Looking after machines. */
export const care = {
  title: "Name, labels and new work",
  rename: "Rename and label",
  name: "Name",
  labels: "Labels",
  labels_hint: "Between commas",
  no_labels: "No labels",
  save: "Save",
  reason: "Reason",
  reason_hint: "Whoever is refused reads it.",
  freeze: "Freeze",
  freeze_title: (name: string) => `Freeze ${name}?`,
  freeze_text:
    "No session, job or terminal begins there until this is lifted. What runs goes on, and queued jobs wait.",
  unfreeze: "Unfreeze",
  takes_work: "Takes new work",
  takes_none: "Takes no new work",
  frozen: (name: string) => `Frozen by ${name}: it takes no new work. What runs goes on.`,
  all_frozen: (name: string) => `All machines were frozen by ${name}: none takes new work.`,
  closed: {
    halt: "Halted by its owner: nothing runs there and nothing begins. Only they can lift that, on the machine.",
    policy: "What its owner allows cannot be read, so it allows nothing. Only they can mend that.",
    no_tunnel: "It was started only to be seen, and takes no session.",
  },
  release: (version: string) => `Runs release ${version}`,
  newer_release: (running: string, newer: string) => `Runs release ${running}; ${newer} is there`,
  update: "Update",
  updating: (version: string) =>
    `Release ${version} is verified and being taken. Sessions go on; if it does not work there, the machine goes back.`,
  key: "Its key was made",
  key_goes: "It comes back with another one.",
  rotate_key: "Replace key",
  rotate_key_title: (name: string) => `Replace the key of ${name}?`,
  rotate_key_text:
    "The machine makes a new key and comes back with it within seconds; then the old one is refused. What runs goes on. If the key was stolen, remove the machine and enrol it again instead.",
  freeze_all: "Freeze all",
  freeze_all_title: "Freeze all machines?",
  freeze_all_text: (count: number) =>
    `No session, job or terminal begins on ${plural(count, "machine")}, nor on machines that are added later, until this is lifted.`,
  freeze_all_running: (count: number) =>
    count === 0
      ? "Nothing runs at the moment."
      : `${plural(count, "open session")} will go on; stop what must end.`,
  freeze_all_type: (word: string) => `Type "${word}" to confirm`,
  freeze_all_word: "freeze",
  unfreeze_all: "Unfreeze all",
  unfreeze_all_title: "Let all machines take new work again?",
  unfreeze_all_text: "Machines that were frozen by themselves stay frozen.",
};
