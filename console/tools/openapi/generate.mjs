// Makes `src/api/schema.ts` from the description of the interface, or checks that it is as made:
//   node tools/openapi/generate.mjs [--check] [description, default: docs/openapi.json]
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import openapi, { astToString } from "openapi-typescript";

const words = process.argv.slice(2);
const isCheck = words.includes("--check");
const given = words.find((word) => word !== "--check");
const file = given ?? fileURLToPath(new URL("../../../docs/openapi.json", import.meta.url));
const output = fileURLToPath(new URL("../../src/api/schema.ts", import.meta.url));

const HEAD =
  "// Made by `npm run schema` from docs/openapi.json. Change the endpoints instead.\n\n";

// The bodies are all that is wanted; what is asked where stands in `src/api/*.ts`.
const description = { ...JSON.parse(readFileSync(file, "utf8")), paths: {} };
const types = await openapi(description, { alphabetize: true });
const text = HEAD + astToString(types);

if (!isCheck) {
  writeFileSync(output, text);
} else if (readFileSync(output, "utf8") !== text) {
  console.error("console/src/api/schema.ts is not as generated: run `npm run schema`");
  process.exitCode = 1;
}
