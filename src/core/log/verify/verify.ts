/**
 * Checks a log against itself, against what was seen of it before, and against its view.
 */
import * as v from 'valibot';
import { eventDigest, type Sha256 } from '../digest.ts';
import { GENESIS_DIGEST, type RepairEvent } from '../event.ts';
import type { JsonValue } from '../../json.ts';
import { fault, type LogFault, type LogVerdict } from './fault.ts';
import { OriginalValues } from './original-value.ts';
import { RepairEventSchema } from '../rows.ts';
import { changedSince, type SeenEvent } from './seen.ts';
import type { LogHead } from '../store.ts';
import { viewFaults } from './verify-view.ts';
import { ruleOf } from '../../broken-rule.ts';

/** What is known of a log from outside the database. */
export interface LogKnowledge {
  /** Heads kept outside the database; the log must contain each. */
  readonly heads: readonly LogHead[];
  readonly seen: readonly SeenEvent[];
}

export interface VerifyInput {
  readonly sessionId: string;
  /** Rows in the order in which they are stored, not yet validated. */
  readonly rows: readonly unknown[];
  /** The row of the view; null when there is none, undefined when it is not to be checked. */
  readonly view: unknown;
  readonly known: LogKnowledge;
  readonly sha256: Sha256;
}

export const NOTHING_KNOWN: LogKnowledge = { heads: [], seen: [] };
/** Most searches for original values; a log that was changed throughout is not searched event by event. */
const MOST_SEARCHES = 20;

/**
 * Checks every row, digest and link, the seq, what was seen before, and the view against a full replay.
 * @returns all faults, with event and field where these can be determined
 */
export function verifyLog(input: VerifyInput): LogVerdict {
  const check = new LogCheck(input);
  const faults = check.run();
  return {
    session_id: input.sessionId,
    events: input.rows.length,
    is_sound: faults.every(({ severity }) => severity === 'note'),
    faults,
  };
}

/**
 * Checks a session's events by themselves: contiguous seq from 1, every digest, every link.
 * @param events in the order they were stored
 * @param knownHead a head kept outside the store; the log must contain it
 * @returns all faults; empty when the chain holds
 */
export function verifyChain(events: readonly RepairEvent[], sha256: Sha256, knownHead?: LogHead): LogFault[] {
  const sessionId = events[0]?.session_id ?? '';
  const known = { heads: knownHead === undefined ? [] : [knownHead], seen: [] };
  const { faults } = verifyLog({ sessionId, rows: events, view: undefined, known, sha256 });
  return faults.filter(({ severity }) => severity === 'fault');
}

class LogCheck {
  private readonly input: VerifyInput;
  private readonly faults: LogFault[] = [];
  private readonly events: readonly (RepairEvent | null)[];
  private readonly readable: readonly RepairEvent[];
  private readonly seenAt: ReadonlyMap<number, SeenEvent>;
  private readonly originals: OriginalValues;
  private readonly isDigestRight = new Map<RepairEvent, boolean>();
  private searches = 0;

  constructor(input: VerifyInput) {
    this.input = input;
    this.events = input.rows.map((row) => this.read(row));
    this.readable = this.events.filter((event) => event !== null);
    // The first sight counts: a later one may be of a log that had already been replaced.
    this.seenAt = new Map([...input.known.seen].reverse().map((seen) => [seen.seq, seen]));
    this.originals = new OriginalValues(this.readable, idsInView(input.view), input.sha256);
    for (const event of this.readable) this.isDigestRight.set(event, eventDigest(event, input.sha256) === event.event_digest);
  }

  run(): readonly LogFault[] {
    this.events.forEach((event, i) => {
      if (event !== null) this.checkEvent(event, i);
    });
    this.checkReferences();
    this.faults.sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
    this.checkSeen();
    this.checkHeads();
    const { view, sessionId } = this.input;
    if (view !== undefined) this.faults.push(...viewFaults(sessionId, this.readable, view));
    return this.faults;
  }

  private read(row: unknown): RepairEvent | null {
    const parsed = v.safeParse(RepairEventSchema, row);
    if (parsed.success) return parsed.output;
    const place = placeOf(row);
    for (const issue of parsed.issues) {
      const field = v.getDotPath(issue) ?? null;
      const what = field === null ? 'It is no event' : `Its ${field} is no such value`;
      this.faults.push(fault('unreadable', place, field?.split('.')[0] ?? null, `${what}: ${ruleOf(issue)}`));
    }
    return null;
  }

  private checkEvent(event: RepairEvent, i: number): void {
    const previous = this.events[i - 1];
    const expectedSeq = (previous?.seq ?? (i === 0 ? 0 : event.seq - 1)) + 1;
    const isInPlace = event.seq === expectedSeq;
    if (event.session_id !== this.input.sessionId) this.add('session', event, 'session_id', `It is of session ${event.session_id}.`);
    if (!isInPlace) this.add('gap', event, 'seq', gapText(event.seq, expectedSeq));
    const isOwnTrue = this.checkContent(event, i, expectedSeq);
    const before = i === 0 ? GENESIS_DIGEST : previous?.event_digest;
    if (isInPlace && isOwnTrue && before !== undefined && event.prev_digest !== before && !this.isForged(previous ?? null, event)) {
      this.add('link', event, 'prev_digest', 'It does not link to the event before it.');
    }
    if (previous != null && event.timestamp < previous.timestamp) {
      this.add('clock', event, 'timestamp', `It is dated before event ${previous.seq}; the order is that of the log all the same.`);
    }
  }

  /** @returns whether the event is unchanged, as far as that is known */
  private checkContent(event: RepairEvent, i: number, expectedSeq: number): boolean {
    const seen = this.seenAt.get(event.seq);
    const next = this.events[i + 1] ?? null;
    if (this.isDigestRight.get(event) !== true) {
      this.changed('digest', event, event.event_digest, i, expectedSeq, 'It was changed after it was written');
      return false;
    }
    const wanted = seen?.event_digest ?? (this.isForged(event, next) ? next?.prev_digest : undefined);
    if (wanted === undefined || wanted === event.event_digest) return true;
    this.changed('forged', event, wanted, i, expectedSeq, 'It was replaced by another with a digest of its own');
    return false;
  }

  /** Whether the next event was appended after another event than this one, though both match their digests. */
  private isForged(event: RepairEvent | null, next: RepairEvent | null): boolean {
    if (event === null || next === null || next.seq !== event.seq + 1 || next.prev_digest === event.event_digest) return false;
    return this.isDigestRight.get(event) === true && this.isDigestRight.get(next) === true;
  }

  private changed(code: 'digest' | 'forged', event: RepairEvent, wanted: string, i: number, expectedSeq: number, what: string): void {
    const seen = this.seenAt.get(event.seq);
    const next = this.events[i + 1];
    const recomputed = eventDigest(event, this.input.sha256);
    const fields = seen === undefined ? [] : changedSince(event, seen, this.input.sha256).filter((field) => field !== 'event_digest');
    if (fields.length > 0) {
      for (const field of fields) this.add(code, event, field, `${what}: ${field} is not what it was when it was seen.`);
      return;
    }
    const isKnown = [seen?.event_digest, next?.prev_digest, ...this.headsAt(event.seq)].includes(recomputed);
    if (code === 'digest' && isKnown) {
      this.add(code, event, 'event_digest', `${what}: only its event_digest is another, all else is as it was.`);
      return;
    }
    const original = this.search(event, wanted, i, expectedSeq);
    if (original === null) {
      this.add(code, event, null, `${what}. Which field cannot be told: nothing is known of it but its digest.`);
      return;
    }
    this.add(code, event, original.field, `${what}: ${original.field} was ${shown(original.value)}.`);
  }

  private search(event: RepairEvent, wanted: string, i: number, expectedSeq: number): { field: string; value: JsonValue } | null {
    if (this.searches >= MOST_SEARCHES) return null;
    this.searches += 1;
    const prev_digest = i === 0 ? GENESIS_DIGEST : (this.events[i - 1]?.event_digest ?? event.prev_digest);
    return this.originals.find(event, wanted, { seq: expectedSeq, session_id: this.input.sessionId, prev_digest });
  }

  private headsAt(seq: number): string[] {
    return this.input.known.heads.filter((head) => head.seq === seq).map((head) => head.digest);
  }

  private checkReferences(): void {
    const earlier = new Set<string>();
    for (const event of this.readable) {
      const target = event.reverts_event_id;
      if ((event.event_type === 'reverted') !== (target !== null)) {
        this.add('revert', event, 'reverts_event_id', target === null ? 'It takes back nothing.' : 'It is no revert, and names an event.');
      } else if (target !== null && !earlier.has(target)) {
        this.add('revert', event, 'reverts_event_id', 'It takes back an event that does not stand before it.');
      }
      if (earlier.has(event.event_id)) this.add('repeated-id', event, 'event_id', 'An earlier event has the same id.');
      earlier.add(event.event_id);
    }
  }

  /** Missing events. Those that were replaced are reported at their position. */
  private checkSeen(): void {
    const there = new Set(this.events.map((event, i) => event?.seq ?? placeOf(this.input.rows[i]).seq));
    for (const seen of [...this.seenAt.values()].sort((a, b) => a.seq - b.seq)) {
      if (!there.has(seen.seq)) this.faults.push(fault('removed', seen, null, 'It was here and is gone.'));
    }
  }

  private checkHeads(): void {
    const last = this.readable.at(-1)?.seq ?? 0;
    for (const head of this.input.known.heads) {
      if (head.seq === 0) continue;
      const there = this.readable.find((event) => event.seq === head.seq);
      if (there?.event_digest === head.digest) continue;
      const isNamed = this.faults.some(
        ({ code, seq }) => seq === head.seq && (code === 'removed' || code === 'forged' || code === 'digest'),
      );
      if (isNamed) continue;
      const place = { seq: head.seq, event_id: there?.event_id ?? null };
      const message =
        this.input.rows.length === 0
          ? `The log is empty; it was seen with ${head.seq} events.`
          : last < head.seq
            ? `The log ends at event ${last}; it was seen up to event ${head.seq}.`
            : `It is not the event that was seen here before.`;
      this.faults.push(fault('head', place, there === undefined ? null : 'event_digest', message));
    }
  }

  private add(code: LogFault['code'], event: RepairEvent, field: string | null, message: string): void {
    this.faults.push(fault(code, event, field, message));
  }
}

function gapText(seq: number, expected: number): string {
  if (seq < expected) return `Event ${seq} stands where event ${expected} belongs.`;
  return seq === expected + 1 ? `Event ${expected} is missing before it.` : `Events ${expected} to ${seq - 1} are missing before it.`;
}

/** The position that a row claims, as far as it makes sense. */
function placeOf(row: unknown): { seq: number | null; event_id: string | null } {
  const { seq, event_id }: { seq?: unknown; event_id?: unknown } = typeof row === 'object' && row !== null ? row : {};
  return { seq: typeof seq === 'number' ? seq : null, event_id: typeof event_id === 'string' ? event_id : null };
}

/** Records and parents that a stored view names; the rest of it is not validated. */
function idsInView(view: unknown): string[] {
  const parsed = v.safeParse(v.object({ message_parents: v.record(v.string(), v.unknown()) }), view);
  if (!parsed.success) return [];
  const parents = Object.entries(parsed.output.message_parents);
  return parents.flatMap(([uuid, parent]) => (typeof parent === 'string' ? [uuid, parent] : [uuid]));
}

function shown(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
