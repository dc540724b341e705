// After a build, lays a Brotli and a gzip copy beside each file that compression makes smaller, so
// that the server sends ready bytes and compresses nothing itself.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const compressible = /\.(html|js|css|svg|json|txt|webmanifest)$/;
const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = await Promise.all(
    entries.map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : Promise.resolve([path]);
    }),
  );
  return nested.flat();
}

export function precompress(): Plugin {
  let folder = 'dist';
  return {
    name: 'precompress',
    apply: 'build',
    configResolved(config) {
      folder = config.build.outDir;
    },
    async closeBundle() {
      for (const path of (await filesBelow(folder)).filter((name) => compressible.test(name))) {
        const bytes = await readFile(path);
        const { size } = await stat(path);
        const smaller = {
          '.br': await brotli(bytes, {
            params: {
              [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
              [constants.BROTLI_PARAM_SIZE_HINT]: size,
            },
          }),
          '.gz': await deflate(bytes, { level: constants.Z_BEST_COMPRESSION }),
        };
        for (const [suffix, result] of Object.entries(smaller)) {
          if (result.length < size) await writeFile(path + suffix, result);
        }
      }
    },
  };
}
