import type { Finding } from '../../core/findings/finding.ts';
import { ignoreDraft } from '../../core/log/drafts.ts';
import type { Acting } from '../operation.ts';
import type { SessionFile } from '../log-access/session-file.ts';
import type { Appended, WritableLog } from '../log-access/writable-log.ts';

/** Leaves a finding out from now on; reverting the event brings it back. @throws StoreError where the file cannot be read */
export async function ignoreFinding(
  log: WritableLog,
  file: Pick<SessionFile, 'sync'>,
  finding: Finding,
  acting: Acting,
): Promise<Appended> {
  return log.append([ignoreDraft({ sessionId: log.sessionId, transcript: await file.sync.fingerprint(), ...acting }, finding)]);
}
