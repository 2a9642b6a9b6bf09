import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { RepairEvent } from '../../core/log/event.ts';
import type { HeadKeeper, KeptHead, KeptLog } from '../../core/log/verify/heads.ts';
import { seenEvent, type SeenEvent } from '../../core/log/verify/seen.ts';
import { dataDirectoryError, LOCAL_STORE } from './data-directory.ts';
import { isMissing } from './service-discovery.ts';
import { sha256 } from '../sha256.ts';
import { readText } from '../regular-file.ts';

/** The directory of heads inside the data directory; each store on a server has its own inside it. */
const HEADS_DIRECTORY = 'heads';

const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const KeptHeadSchema = v.object({ session_id: v.string(), seq: Count, digest: v.string(), written_at: v.string() });
const SeenSchema = v.object({
  seq: Count,
  event_id: v.string(),
  event_digest: v.string(),
  fields: v.record(v.string(), v.string()),
});

/**
 * Heads of logs as files outside the database: `heads/<session>.json` is the newest head, `<session>.seen.jsonl` has one line for
 * each event that was seen. Readable by the user alone.
 */
export class HeadFiles implements HeadKeeper {
  readonly #directory: string;
  readonly #now: () => number;
  #keeping: Promise<void> = Promise.resolve();

  /**
   * @param dataDir see `dataDirectory`
   * @param store the store whose logs these are, see `storeName`: one session may have logs in several
   * @param now milliseconds since the epoch
   */
  constructor(dataDir: string, store: string = LOCAL_STORE, now: () => number = Date.now) {
    const heads = join(dataDir, HEADS_DIRECTORY);
    this.#directory = store === LOCAL_STORE ? heads : join(heads, `store-${digestName(store)}`);
    this.#now = now;
  }

  /** Calls run one after the other: an event that was appended here also arrives by the subscription, and must be recorded once. */
  keep(sessionId: string, events: readonly RepairEvent[]): Promise<void> {
    const keeping = this.#keeping.then(() => this.#keep(sessionId, events));
    this.#keeping = keeping.catch(() => undefined);
    return keeping;
  }

  async #keep(sessionId: string, events: readonly RepairEvent[]): Promise<void> {
    const last = events.at(-1);
    if (last === undefined) return;
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      const head = await this.#head(sessionId);
      if (events.length === 1 && last.seq === head?.seq && last.event_digest === head.digest) return;
      // An event that was already seen is not recorded again: a replaced log must not replace what is known of it.
      const isNew = (events[0]?.seq ?? 0) > (head?.seq ?? 0);
      const known = isNew ? new Set<number>() : new Set((await this.#seen(sessionId)).map(({ seq }) => seq));
      const fresh = events.filter((event) => !known.has(event.seq) && (event.seq !== head?.seq || event.event_digest === head.digest));
      if (fresh.length === 0) return;
      const lines = fresh.map((event) => `${JSON.stringify(seenEvent(event, sha256))}\n`).join('');
      await appendFile(this.#path(sessionId, '.seen.jsonl'), lines, { mode: 0o600 });
      if (last.seq > (head?.seq ?? 0)) await this.#write(sessionId, last);
    } catch (error) {
      throw dataDirectoryError(this.#directory, error);
    }
  }

  async kept(sessionId: string): Promise<KeptLog | null> {
    try {
      const seen = await this.#seen(sessionId);
      const newest = seen.reduce<SeenEvent | null>((best, one) => (best === null || one.seq > best.seq ? one : best), null);
      const head = await this.#head(sessionId);
      if (head !== null && head.seq >= (newest?.seq ?? 0)) return { head, seen };
      // Two processes at once may have left the older head; the seen events contain the newer one.
      return newest === null
        ? null
        : { head: { session_id: sessionId, seq: newest.seq, digest: newest.event_digest, written_at: head?.written_at ?? '' }, seen };
    } catch (error) {
      throw dataDirectoryError(this.#directory, error);
    }
  }

  async sessionIds(): Promise<string[]> {
    try {
      const names = await readdir(this.#directory);
      const heads = await Promise.all(
        names.filter((name) => name.endsWith('.json')).map((name) => this.#read(join(this.#directory, name))),
      );
      return heads.flatMap((head) => (head === null ? [] : [head.session_id])).sort();
    } catch (error) {
      if (isMissing(error)) return [];
      throw dataDirectoryError(this.#directory, error);
    }
  }

  async accept(sessionId: string, events: readonly RepairEvent[]): Promise<void> {
    try {
      const stamp = new Date(this.#now()).toISOString().replaceAll(':', '-');
      for (const ending of ['.json', '.seen.jsonl']) {
        const path = this.#path(sessionId, ending);
        // An ending that no reader opens.
        await rename(path, `${path}.${stamp}.before`).catch((error: unknown) => {
          if (!isMissing(error)) throw error;
        });
      }
    } catch (error) {
      throw dataDirectoryError(this.#directory, error);
    }
    await this.keep(sessionId, events);
  }

  async #seen(sessionId: string): Promise<SeenEvent[]> {
    const text = await readText(this.#path(sessionId, '.seen.jsonl')).catch(missingAsEmpty);
    return text.split('\n').flatMap((line) => {
      // A line that a crash cut off is ignored.
      const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), SeenSchema), line);
      return parsed.success ? [parsed.output] : [];
    });
  }

  async #head(sessionId: string): Promise<KeptHead | null> {
    const head = await this.#read(this.#path(sessionId, '.json'));
    return head?.session_id === sessionId ? head : null;
  }

  async #read(path: string): Promise<KeptHead | null> {
    const text = await readText(path).catch(missingAsEmpty);
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), KeptHeadSchema), text);
    return parsed.success ? parsed.output : null;
  }

  async #write(sessionId: string, event: RepairEvent): Promise<void> {
    const path = this.#path(sessionId, '.json');
    const draft = `${path}.${randomUUID()}.part`;
    const head: KeptHead = {
      session_id: sessionId,
      seq: event.seq,
      digest: event.event_digest,
      written_at: new Date(this.#now()).toISOString(),
    };
    try {
      await writeFile(draft, `${JSON.stringify(head)}\n`, { mode: 0o600, flag: 'wx' });
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  #path(sessionId: string, ending: string): string {
    return join(this.#directory, `${fileStem(sessionId)}${ending}`);
  }
}

/** A session id as a file name. An id with a special meaning to a file system is replaced by its digest. */
function fileStem(sessionId: string): string {
  if (/^[0-9a-zA-Z][0-9a-zA-Z_-]{0,100}$/.test(sessionId)) return sessionId;
  return `id-${digestName(sessionId)}`;
}

function digestName(text: string): string {
  return sha256(new TextEncoder().encode(text)).slice(0, 40);
}

function missingAsEmpty(error: unknown): string {
  if (isMissing(error)) return '';
  throw error;
}
