import type { JsonObject } from '../../core/json.ts';
import { noteDraft } from '../../core/log/drafts.ts';
import type { Acting } from '../operation.ts';
import type { SessionFile } from '../log-access/session-file.ts';
import type { Appended, WritableLog } from '../log-access/writable-log.ts';

/** Writes a remark to the log, which changes nothing. */
export async function addNote(log: WritableLog, file: Pick<SessionFile, 'sync'>, payload: JsonObject, acting: Acting): Promise<Appended> {
  return log.append([noteDraft({ sessionId: log.sessionId, transcript: await file.sync.fingerprint(), ...acting }, payload)]);
}
