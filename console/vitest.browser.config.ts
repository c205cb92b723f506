import { defineConfig } from "vitest/config";

/** The built console in a real browser, against the pretended server. */
export default defineConfig({
  test: {
    environment: "node",
    include: ["tests/browser/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // One browser at a time: what is measured should not be measured in a crowd.
    fileParallelism: false,
  },
});
