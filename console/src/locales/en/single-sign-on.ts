export const single_sign_on = {
  or: "or",
  with_provider: (name: string) => `Sign in with ${name}`,
  linked: "Linked. You can sign in with it from now on.",
  title: "Other ways to sign in",
  text: "Link your account to who you are elsewhere, and sign in there.",
  none: "Nothing is linked.",
  link: (name: string) => `Link ${name}`,
  unlink: "Unlink",
  unlink_title: (name: string) => `Unlink ${name}?`,
  unlink_text: "You no longer sign in with it.",
  role_from_there: "your role comes from there",
  since: "since",
};
