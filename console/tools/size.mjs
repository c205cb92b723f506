// Fails when the console has become too heavy. Counted is what travels: the Brotli files.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** `index.html` and everything it names. */
const FIRST_LOAD_BYTES = 60 * 1024;

/** Every other script or style sheet, each for itself. */
const LATER_PART_BYTES = 100 * 1024;

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const index = readFileSync(join(dist, "index.html"), "utf8");
const compressed = (name) => statSync(join(dist, `${name}.br`)).size;
const parts = readdirSync(dist, { recursive: true })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => [".js", ".css"].includes(extname(name)));

const first = parts.filter((name) => index.includes(name));
const firstBytes = [...first, "index.html"].reduce((sum, name) => sum + compressed(name), 0);
const later = parts
  .filter((name) => !first.includes(name))
  .map((name) => [name, compressed(name), LATER_PART_BYTES]);
const weighed = [["first load", firstBytes, FIRST_LOAD_BYTES], ...later];

for (const [name, bytes, allowed] of weighed.toSorted((one, other) => other[1] - one[1])) {
  console.log(`${String(bytes).padStart(8)} of ${allowed} bytes: ${name}`);
}
const over = weighed.filter(([, bytes, allowed]) => bytes > allowed).map(([name]) => name);
if (over.length > 0) {
  console.error(`over budget: ${over.join(", ")}`);
  process.exitCode = 1;
}
