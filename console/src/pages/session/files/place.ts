/** Paths of files, from a session's workspace down. */

export const join = (directory: string, name: string) =>
  directory === "" ? name : `${directory}/${name}`;

export const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);

export const parentOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** The directories on the way to a path, the workspace itself left out. */
export function wayTo(path: string): { name: string; path: string }[] {
  const names = path === "" ? [] : path.split("/");
  return names.map((name, index) => ({ name, path: names.slice(0, index + 1).join("/") }));
}

const LANGUAGES: Readonly<Record<string, string>> = {
  cjs: "js",
  h: "h",
  htm: "html",
  lock: "toml",
  md: "markdown",
  mts: "ts",
  patch: "diff",
  py: "python",
  rs: "rust",
  yml: "yaml",
};

/** The language of a file, as far as its name tells; empty where it does not. */
export function languageOf(path: string): string {
  const name = nameOf(path);
  const ending = name.includes(".") ? name.slice(name.lastIndexOf(".") + 1).toLowerCase() : "";
  return LANGUAGES[ending] ?? ending;
}
