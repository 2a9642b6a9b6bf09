import { checkpointDraft } from '../../core/log/position/checkpoints.ts';
import type { Acting } from '../operation.ts';
import { fileFacts, type SessionFile } from '../log-access/session-file.ts';
import type { Appended, WritableLog } from '../log-access/writable-log.ts';

/** A checkpoint to set at the newest position of a log. */
export interface CheckpointInput extends Acting {
  /** 1 to 80 characters in one line; neither a number nor a time. */
  readonly name: string;
}

/**
 * Names the newest position of a log.
 * @param file the session's file; null where that is gone
 * @throws LogError `bad-name`; OperationError `nothing-logged`; StoreError
 */
export async function createCheckpoint(log: WritableLog, input: CheckpointInput, file: SessionFile | null): Promise<Appended> {
  const { sessionId, events } = log;
  const { transcript } = await fileFacts(sessionId, file, events);
  const { name, operator, reason } = input;
  return log.append([checkpointDraft({ sessionId, operator, transcript, reason }, events, name)]);
}
