import { KIND } from '../transcript/record-kinds.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import type { TokenTotals } from './analysis-types.ts';

/**
 * What the answers of a file cost. The records of one answer repeat its usage, and only the last of them has the final figures: it
 * alone counts.
 */
export function tokensOf({ columns, names, fileCount }: TranscriptIndex): TokenTotals {
  const { kind, messageId, input, output, cacheRead, cacheWritten } = columns;
  const totals = { input: 0, cacheWrite: 0, cacheRead: 0, output: 0 };
  const counted = new Uint8Array(names.size);
  for (let i = fileCount - 1; i >= 0; i--) {
    const isSaid = input[i]! >= 0 || output[i]! >= 0 || cacheRead[i]! >= 0 || cacheWritten[i]! >= 0;
    if (kind[i] !== KIND.assistant || !isSaid) continue;
    const message = messageId[i]!;
    if (message >= 0 && counted[message] === 1) continue;
    if (message >= 0) counted[message] = 1;
    totals.input += Math.max(0, input[i]!);
    totals.cacheWrite += Math.max(0, cacheWritten[i]!);
    totals.cacheRead += Math.max(0, cacheRead[i]!);
    totals.output += Math.max(0, output[i]!);
  }
  return totals;
}
