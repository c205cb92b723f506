import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds a server; `npm run mock` starts one that needs nothing else. */
const server = process.env.GANTLINE_SERVER ?? "http://127.0.0.1:8090";

/** The server refuses requests that come from another page than its own. */
const proxied = { target: server, ws: true, changeOrigin: true, headers: { origin: server } };

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: ["es2022", "chrome111", "firefox115", "safari16.4"],
    // A picture inside a style sheet cannot be cached for itself, and none is needed early.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: "index.html", "push-worker": "src/worker/push-worker.ts" },
      output: {
        // A worker is known by its address, and asked for again whenever the browser likes.
        entryFileNames: (part) =>
          part.name === "push-worker" ? "[name].js" : "assets/[name]-[hash].js",
      },
    },
    // One sheet: layers keep their order, and no page waits for looks of its own.
    cssCodeSplit: false,
    reportCompressedSize: false,
    // `tools/size.mjs` weighs what travels.
    chunkSizeWarningLimit: 1000,
  },
  server: { proxy: { "/api": proxied, "/ws": proxied, "/health": proxied } },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}", "tests/*.test.{ts,tsx}"],
    setupFiles: ["tests/setup.ts"],
    restoreMocks: true,
    // A busy computer is no reason to fail.
    testTimeout: 30_000,
  },
});
