import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { emoji } from './emoji.build';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// During development the pages come from Vite, and everything else from a running server.
const server = process.env['BITACORA_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  // What is built is compressed by the last of the three builds, vite.widget.config.ts.
  plugins: [react(), emoji()],
  server: { host: '127.0.0.1', proxy: { '/api': { target: server, ws: true } } },
  build: {
    outDir: here('dist'),
    target: 'es2022',
    // The policy of the server allows no inline scripts; the polyfill would be one.
    modulePreload: { polyfill: false },
    // Nothing as data: URLs: the policy allows images and fonts from the server alone.
    assetsInlineLimit: 0,
    rollupOptions: {
      output: { chunkFileNames: 'assets/shared-[hash].js' },
      input: {
        index: here('index.html'),
        chat: here('chat.html'),
      },
    },
  },
  test: {
    include: ['tests/**/*.test.ts'],
    environment: 'node',
    setupFiles: ['tests/browser_globals.ts'],
  },
});
