// What browsers have and Node 18, Debian's, keeps in its modules; and what Node has and Chrome 112 and
// Safari 16 have not.

import { File } from 'node:buffer';
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto as Crypto;
globalThis.File ??= File as unknown as typeof globalThis.File;

Object.defineProperty(URLSearchParams.prototype, 'size', { value: undefined });
