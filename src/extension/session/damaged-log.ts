import { LogError } from '../../core/log/log-error.ts';
import { StoreError } from '../../core/log/store.ts';

/** Reads a log; one that was changed is told with the editor's own way to look at it. */
export async function readingLog<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof LogError) || cause.code !== 'damaged') throw cause;
    const why = cause.cause instanceof Error ? cause.cause.message : cause.message;
    const message = `The repair log of this session is not what was written: ${why}.`;
    throw new StoreError('invalid_data', message, '"Riff: Verify Repair Log" says what is wrong with it.', { cause });
  }
}
