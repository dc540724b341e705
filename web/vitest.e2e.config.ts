import { defineConfig } from 'vitest/config';

// The browser tests: the program named by BITACORA_BIN, and Chromium. Three files at a time, which is
// what keeps two processors busy: each has a server and several browsers of its own, and waits for a
// third of its time.
export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    environment: 'node',
    maxWorkers: 3,
    minWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // As long as a page's own waits; the one second of vitest is little on a machine that is busy.
    expect: { poll: { timeout: 15_000 } },
  },
});
