export const share = {
  action: "Share…",
  give_back: "Give back the share",
  title: "Share this session",
  username: "With whom",
  username_hint: "The name with which they sign in here.",
  level: "They may",
  levels: { watch: "Watch", drive: "Drive" },
  level_hints: {
    watch: "They see what happens, and change nothing.",
    drive: "They also prompt, type and answer questions. They must be assigned to the machine.",
  },
  lasts: "For",
  hours: { 1: "an hour", 8: "8 hours", 24: "a day", 168: "a week", 720: "30 days" },
  submit: "Share",
  lent: "Shared with you",
  with_whom: "Shared with",
  nobody: "It is shared with nobody.",
  until: (when: string) => `until ${when}`,
  take_back: "Take back",
  of: (name: string) => `${name}'s session`,
  watching: (name: string) =>
    `You are watching. ${name} can share this session with you for driving.`,
};
