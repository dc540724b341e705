import { defineConfig } from 'vitest/config';

// The browser tests: the program named by BITACORA_BIN, and Chromium. Two files at a time: each has a
// server and several browsers of its own, which mostly wait. A third gains little on two processors,
// and nothing on slow ones.
export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    environment: 'node',
    maxWorkers: 2,
    minWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // As long as a page's own waits; the one second of vitest is little on a machine that is busy.
    expect: { poll: { timeout: 15_000 } },
  },
});
