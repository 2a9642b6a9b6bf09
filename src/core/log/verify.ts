import { GENESIS_DIGEST, type RepairEvent } from './event.ts';
import { eventDigest, type Sha256 } from './digest.ts';
import type { LogHead } from './store.ts';

export type ChainProblemKind =
  /** A seq is missing, doubled or out of order. */
  | 'gap'
  /** The content of the event is not what its digest was made of. */
  | 'digest'
  /** prev_digest is not the digest of the event before. */
  | 'link'
  /** The log ends before a head that was seen elsewhere, or has another history there: its tail was cut or replaced. */
  | 'head';

export interface ChainProblem {
  readonly kind: ChainProblemKind;
  readonly seq: number;
  readonly message: string;
}

/**
 * Checks a session's log: contiguous seq from 1, every digest, every link.
 * @param events in the order they were stored
 * @param knownHead a head kept outside the store; the log must contain it
 * @returns all problems, by position; empty when the chain holds
 */
export function verifyChain(events: readonly RepairEvent[], sha256: Sha256, knownHead?: LogHead): ChainProblem[] {
  const problems: ChainProblem[] = [];
  let previous: LogHead = { seq: 0, digest: GENESIS_DIGEST };
  for (const event of events) {
    if (event.seq !== previous.seq + 1) {
      problems.push({ kind: 'gap', seq: event.seq, message: `Event ${event.seq} stands where event ${previous.seq + 1} belongs.` });
    }
    if (event.prev_digest !== previous.digest) {
      problems.push({ kind: 'link', seq: event.seq, message: `Event ${event.seq} does not link to the event before it.` });
    }
    if (eventDigest(event, sha256) !== event.event_digest) {
      problems.push({ kind: 'digest', seq: event.seq, message: `Event ${event.seq} was changed after it was written.` });
    }
    previous = { seq: event.seq, digest: event.event_digest };
  }
  if (knownHead !== undefined && knownHead.seq > 0) {
    const there = events.find((event) => event.seq === knownHead.seq);
    if (there?.event_digest !== knownHead.digest) {
      problems.push({ kind: 'head', seq: knownHead.seq, message: `The log no longer holds event ${knownHead.seq} as it was seen before.` });
    }
  }
  return problems;
}
