import { defineConfig } from 'vitest/config';

// The browser tests: the program named by BITACORA_BIN, and Chromium. One after another, since each
// has a server and several browsers of its own.
export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // As long as a page's own waits; the one second of vitest is little on a machine that is busy.
    expect: { poll: { timeout: 15_000 } },
  },
});
