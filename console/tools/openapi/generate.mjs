// Prints what `src/api/schema.ts` has to be, made from the description of the interface that is
// named. `cargo xtask gen` writes it, and checks it.
import { readFileSync } from "node:fs";

import openapi, { astToString } from "openapi-typescript";

const [file] = process.argv.slice(2);

const HEAD =
  "// Made by `cargo xtask gen` from docs/openapi.json. Change the endpoints instead.\n\n";

// The bodies are all that is wanted; what is asked where stands in `src/api/*.ts`.
const description = { ...JSON.parse(readFileSync(file, "utf8")), paths: {} };
const types = await openapi(description, { alphabetize: true });
process.stdout.write(HEAD + astToString(types));
