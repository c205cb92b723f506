import { defineConfig } from "vitest/config";

/** The console in a real browser, in the real program. */
export default defineConfig({
  test: {
    environment: "node",
    include: ["tests/walkthrough/*.test.ts"],
    // Generous: two cores may be shared with a compiler. Nothing waits for time to pass.
    testTimeout: 240_000,
    hookTimeout: 180_000,
    // One house and one browser at a time.
    fileParallelism: false,
  },
});
