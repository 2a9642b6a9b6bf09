import { checkSession, type Checked } from '../../core/log/verify/check-session.ts';
import type { KeptHead } from '../../core/log/verify/heads.ts';
import { seenEvent, type SeenEvent } from '../../core/log/verify/seen.ts';
import type { EventStore } from '../../core/log/store.ts';
import type { LogKnowledge } from '../../core/log/verify/verify.ts';
import { OperationError, type Run } from '../operation.ts';
import type { LogPorts } from '../ports.ts';

/** Events of one log as an export of it has them. */
export interface SeenLog {
  readonly sessionId: string;
  readonly seen: readonly SeenEvent[];
}

export interface VerifyInput {
  /** Null: all logs, those in the store and those of which a head is kept or expected. */
  readonly sessionId: string | null;
  /** Heads from elsewhere that the logs must contain. */
  readonly expected?: readonly KeptHead[];
  /** An export to compare with. */
  readonly against?: SeenLog | null;
  /** Whether a log that holds together by itself is taken for the true one from now on, as after a backup was restored. */
  readonly accept?: boolean;
}

type VerifyPorts = Pick<LogPorts, 'store' | 'heads' | 'work'>;

/**
 * Checks logs: every digest, the chain, that nothing is missing, the heads that are kept, and the stored view. What is sound is
 * remembered.
 * @param run told of each log before it is checked; aborted, the logs that were not checked yet are left out
 * @returns by session id
 * @throws StoreError
 */
export async function verifyLogs(ports: VerifyPorts, input: VerifyInput, run: Run = {}): Promise<Checked[]> {
  const { expected = [], against = null, accept = false } = input;
  // Without a database a log is empty; a head that is kept says whether it should be.
  const store = ports.store.mayHoldLogs() ? await ports.store.open() : null;
  const ids = await idsOf(ports, store, input);
  const checked: Checked[] = [];
  for (const id of ids) {
    if (run.signal?.aborted === true) break;
    run.onProgress?.(checked.length + 1, ids.length);
    const known: LogKnowledge = {
      heads: expected.filter((head) => head.session_id === id).map(({ seq, digest }) => ({ seq, digest })),
      seen: against?.sessionId === id ? against.seen : [],
    };
    checked.push(await checkSession(store, ports.heads, id, known, accept, (rows) => ports.work.verify(rows)));
  }
  return checked;
}

async function idsOf({ heads }: VerifyPorts, store: EventStore | null, { sessionId, expected = [] }: VerifyInput): Promise<string[]> {
  if (sessionId !== null) return [sessionId];
  const stored = (await store?.audit.sessionIds()) ?? [];
  return [...new Set([...stored, ...(await heads.sessionIds()), ...expected.map((head) => head.session_id)])].sort();
}

/**
 * The events of an exported file, to compare a log with.
 * @param name what to call the file
 * @throws LogError `bad-export`; OperationError `unsupported` for an export that Riff did not write
 */
export async function seenInExport({ work, identity }: Pick<LogPorts, 'work' | 'identity'>, text: string, name: string): Promise<SeenLog> {
  const exported = await work.readExport(text);
  if (exported.kind === 'ancestor')
    throw new OperationError('unsupported', `${name} is not an export of Riff's own.`, 'riff export writes one.');
  return { sessionId: exported.sessionId, seen: exported.events.map((event) => seenEvent(event, identity.sha256)) };
}
