// What browsers have and Node 18, Debian's, keeps in its modules.

import { File } from 'node:buffer';
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto as Crypto;
globalThis.File ??= File as unknown as typeof globalThis.File;
