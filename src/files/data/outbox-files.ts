/**
 * The outbox on disk: one file for each session. Lines are only ever added, and flushed to the disk before their repairs count as
 * kept. Readable by the user alone.
 */
import { createHash } from 'node:crypto';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { RepairEventSchema, SessionIdSchema } from '../../core/log/rows.ts';
import { StoreError } from '../../core/log/store.ts';
import type { Outbox, OutboxEntry, QueuedRepair, Settlement, TheirEvent } from '../../core/log/append/outbox.ts';
import { dataDirectoryError, ensurePrivateDirectory } from './data-directory.ts';
import { flushFolder } from '../flush-folder.ts';
import { isMissing } from './service-discovery.ts';
import { readText } from '../regular-file.ts';
import { brokenRule } from '../../core/broken-rule.ts';

/** The directory of waiting repairs inside the data directory; it exists once a repair had to wait. */
export const OUTBOX_DIRECTORY = 'outbox';

const Event = RepairEventSchema.entries;
const DraftSchema = v.omit(RepairEventSchema, ['event_id', 'seq', 'timestamp', 'engine_version', 'prev_digest', 'event_digest']);
const HeadSchema = v.object({ seq: v.pipe(v.number(), v.integer(), v.minValue(0)), digest: Event.prev_digest });
const TheirSchema = v.pick(RepairEventSchema, ['event_id', 'seq', 'event_type', 'operator', 'reason', 'timestamp']);

const LineSchema = v.variant('kind', [
  v.object({
    kind: v.literal('queued'),
    session_id: SessionIdSchema,
    /** The store that the repair waits for. */
    store: v.string(),
    event_id: Event.event_id,
    queued_at: Event.timestamp,
    expected: v.nullable(HeadSchema),
    draft: DraftSchema,
  }),
  v.object({ kind: v.literal('conflict'), session_id: SessionIdSchema, event_id: Event.event_id, theirs: v.array(TheirSchema) }),
  v.object({
    kind: v.literal('settled'),
    session_id: SessionIdSchema,
    event_id: Event.event_id,
    how: v.variant('kind', [v.object({ kind: v.literal('appended'), seq: v.number() }), v.object({ kind: v.literal('dropped') })]),
  }),
]);
type Line = v.InferOutput<typeof LineSchema>;

/** The repairs that wait for one store. Repairs for other stores are in the same files and are left alone. */
export class FileOutbox implements Outbox {
  readonly #dataDir: string;
  readonly #store: string;
  readonly #folder: string;

  /** @param dataDir see `dataDirectory`; @param store the store that repairs wait for, see `storeName` */
  constructor(dataDir: string, store: string) {
    this.#dataDir = dataDir;
    this.#store = store;
    this.#folder = join(dataDir, OUTBOX_DIRECTORY);
  }

  async sessions(): Promise<string[]> {
    const sessions = new Set<string>();
    for (const { store, entry } of await this.#all()) if (store === this.#store) sessions.add(entry.draft.session_id);
    return [...sessions];
  }

  async waiting(sessionId: string): Promise<OutboxEntry[]> {
    const waiting = unsettled(await this.#read(this.#path(sessionId)));
    return waiting.flatMap(({ store, entry }) => (store === this.#store ? [entry] : []));
  }

  /** Other stores that repairs wait for, with the number of repairs. */
  async elsewhere(): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (const { store } of await this.#all()) if (store !== this.#store) counts.set(store, (counts.get(store) ?? 0) + 1);
    return counts;
  }

  async #all(): Promise<Waiting[]> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw dataDirectoryError(this.#dataDir, error);
    });
    const lists = await Promise.all(
      names
        .filter((name) => name.endsWith('.jsonl'))
        .sort()
        .map((name) => this.#read(join(this.#folder, name))),
    );
    return lists.flatMap(unsettled);
  }

  add(sessionId: string, repairs: readonly QueuedRepair[]): Promise<void> {
    return this.#append(
      sessionId,
      repairs.map((repair) => ({ kind: 'queued', session_id: sessionId, store: this.#store, ...repair })),
    );
  }

  settle(sessionId: string, eventId: string, how: Settlement): Promise<void> {
    return this.#append(sessionId, [{ kind: 'settled', session_id: sessionId, event_id: eventId, how }]);
  }

  noteConflict(sessionId: string, eventId: string, theirs: readonly TheirEvent[]): Promise<void> {
    return this.#append(sessionId, [{ kind: 'conflict', session_id: sessionId, event_id: eventId, theirs: [...theirs] }]);
  }

  /** A session id may contain anything. */
  #path(sessionId: string): string {
    const name = /^[\w-]{1,100}$/.test(sessionId) ? sessionId : createHash('sha256').update(sessionId).digest('hex');
    return join(this.#folder, `${name}.jsonl`);
  }

  async #read(path: string): Promise<Line[]> {
    let text: string;
    try {
      text = await readText(path);
    } catch (error) {
      if (isMissing(error)) return [];
      throw dataDirectoryError(this.#dataDir, error);
    }
    const texts = text.split('\n').filter((line) => line !== '');
    // A last line without a line break was cut off by a crash: its repair never counted as kept.
    if (!text.endsWith('\n')) texts.pop();
    return texts.flatMap((line, index) => lineOf(line, path, index + 1));
  }

  async #append(sessionId: string, lines: readonly Line[]): Promise<void> {
    if (lines.length === 0) return;
    await ensurePrivateDirectory(this.#folder);
    const path = this.#path(sessionId);
    try {
      const file = await open(path, 'a+', 0o600);
      try {
        const { size } = await file.stat();
        const { bytesRead, buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
        // A line that a crash cut off must not run into the next one.
        const start = bytesRead === 1 && buffer[0] !== 0x0a ? ' #\n' : '';
        await file.appendFile(start + lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
        await file.sync();
        if (size === 0) await flushFolder(this.#folder);
      } finally {
        await file.close();
      }
    } catch (error) {
      throw dataDirectoryError(this.#dataDir, error);
    }
  }
}

function lineOf(text: string, path: string, number: number): Line[] {
  // Ended by the next writer after a crash.
  if (text.endsWith(' #')) return [];
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), LineSchema), text);
  if (parsed.success) return [parsed.output];
  throw new StoreError(
    'invalid_data',
    `Line ${number} of ${path} cannot be read: ${brokenRule(parsed.issues)}`,
    'It may hold a repair that is not in the log yet. Look at the file; move it away once nothing in it is needed.',
  );
}

interface Waiting {
  readonly store: string;
  readonly entry: OutboxEntry;
}

function unsettled(lines: readonly Line[]): Waiting[] {
  const entries = new Map<string, Waiting>();
  for (const line of lines) {
    const known = entries.get(line.event_id);
    if (line.kind === 'queued') {
      const { event_id, queued_at, expected, draft, store } = line;
      entries.set(event_id, { store, entry: { event_id, queued_at, expected, draft, conflict: null } });
    } else if (line.kind === 'settled') entries.delete(line.event_id);
    else if (known !== undefined) entries.set(line.event_id, { ...known, entry: { ...known.entry, conflict: line.theirs } });
  }
  return [...entries.values()];
}
