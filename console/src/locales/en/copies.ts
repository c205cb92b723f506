export const copies = {
  title: "Files on the server",
  amount: (files: string, size: string) => `${files} ${files === "1" ? "file" : "files"}, ${size}`,
  on_server: (amount: string, at: string) =>
    `Files of this workspace are on the server: ${amount}, as of ${at}. Whoever may work on this machine can see them, also while it is offline.`,
  left_out: (reasons: string) => `Left out of the workspace: ${reasons}.`,
  reasons: {
    over_files: (count: string) => `${count} over the limit of files`,
    over_bytes: (count: string) => `${count} over the limit of bytes`,
    too_large: (count: string) => `${count} too large`,
    secret: (count: string) => `${count} taken for secrets`,
    special: (count: string) => `${count} links and special files`,
    unnameable: (count: string) => `${count} with unusable names`,
    unreadable: (count: string) => `${count} unreadable`,
  },
  files: "Files of the copy",
  browse: "Browse",
  close: "Close",
  archive: "Download all (tar)",
  remove: "Remove from the server",
  remove_title: (workspace: string) => `Remove the copy of ${workspace}?`,
  remove_text:
    "The files are removed from the server and stay on the machine. No new copy is taken until the owner of the machine asks for one there.",
};
