// The widget's two scripts, each whole in itself and at an address that never changes: widget.js,
// which a site includes, and widget-chat.js with its style sheet, fetched when the chat is opened.
// `--mode widget` builds the one, `--mode widget-chat` the other and then compresses everything.

import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { precompress } from './compress.build';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig(({ mode }) => ({
  plugins: mode === 'widget-chat' ? [react(), precompress()] : [],
  define: { 'process.env.NODE_ENV': '"production"' },
  publicDir: false,
  build: {
    outDir: here('dist'),
    emptyOutDir: false,
    target: 'es2022',
    cssCodeSplit: false,
    lib: {
      entry: here(mode === 'widget-chat' ? 'src/widget/chat.tsx' : 'src/widget/loader.ts'),
      formats: ['iife'],
      name: 'bitacoraWidget',
      fileName: () => `${mode}.js`,
      cssFileName: mode,
    },
  },
}));
