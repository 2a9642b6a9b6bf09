import type { ByteSource } from '../../src/core/transcript/source.ts';
import type { AnalysisPorts } from '../../src/core/session/ports.ts';
import { SiblingRecords } from '../../src/core/session/sibling-records.ts';
import { createHash } from 'node:crypto';

/** Bytes in memory as a source; `most` makes reads come back short, as a slow pipe would. */
export function memorySource(bytes: Uint8Array | string, options: { name?: string; most?: number } = {}): ByteSource {
  const whole = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  const most = options.most ?? Number.POSITIVE_INFINITY;
  return {
    name: options.name ?? 'memory.jsonl',
    size: () => Promise.resolve(whole.length),
    read: (start, end, into) => {
      const part = whole.slice(start, Math.min(end, start + most));
      if (into === undefined || into.length < part.length) return Promise.resolve(part);
      into.set(part);
      return Promise.resolve(into.subarray(0, part.length));
    },
  };
}

/** Ports of an analysis over bytes in memory, without siblings unless given. */
export function memoryPorts(
  bytes: Uint8Array | string,
  siblings: { file: string; text: string; kind?: 'agent' | 'session' }[] = [],
): AnalysisPorts {
  return {
    source: memorySource(bytes),
    siblings: {
      siblings: () =>
        Promise.resolve(
          siblings.map(({ file, text, kind }) => ({ file, kind: kind ?? 'agent', isNear: kind !== 'session', source: memorySource(text) })),
        ),
    },
    records: new SiblingRecords(),
    file: () => {
      throw new Error('There are no other files in memory.');
    },
    sha256: () => {
      const hash = createHash('sha256');
      return { update: (piece) => void hash.update(piece), digest: () => hash.digest('hex') };
    },
    now: () => Date.parse('2026-03-01T12:00:00.000Z'),
  };
}
