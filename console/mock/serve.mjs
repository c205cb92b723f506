// Starts the pretended server for `npm run dev`: node mock/serve.mjs [busy|empty|new]
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { runnerImport } from "vite";

const { module } = await runnerImport(fileURLToPath(new URL("./server.ts", import.meta.url)));
const dist = fileURLToPath(new URL("../dist", import.meta.url));
const scene = process.argv[2] ?? "busy";
const mock = await module.startMock({
  scene,
  port: Number(process.env.PORT ?? 8090),
  ...(existsSync(dist) ? { dist } : {}),
});

console.log(`a pretended server (${scene}) listens on ${mock.url}`);
console.log(
  scene === "new"
    ? `set it up: ${mock.url}/#/welcome/setup`
    : `sign in as ada with ${mock.world.password}, or open ${mock.url}/#/welcome/sign-in`,
);
