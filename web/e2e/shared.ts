// The samples that lie outside the repository: in the folder that BITACORA_SHARED names, or in the
// one beside it.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const beside = fileURLToPath(new URL('../../../shared', import.meta.url));
const folder = process.env['BITACORA_SHARED'] || beside;

export function shared(path: string): Promise<Buffer> {
  return readFile(resolve(folder, path));
}
