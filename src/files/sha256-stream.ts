import { createHash } from 'node:crypto';
import type { Sha256Stream } from '../core/session/ports.ts';

/** SHA-256 of bytes that arrive in pieces. */
export function sha256Stream(): Sha256Stream {
  const hash = createHash('sha256');
  return {
    update: (bytes) => {
      hash.update(bytes);
    },
    digest: () => hash.digest('hex'),
  };
}
