import type { EventDraft, RepairEvent } from '../../core/log/event.ts';
import { LogError } from '../../core/log/log-error.ts';
import { LogState } from '../../core/log/replay.ts';
import type { AppendOutcome, EventStore } from '../../core/log/store.ts';

/** Who follows a log. */
export interface LogFollower {
  /** Called after events were added, by whomever. @param added in order of seq */
  onChange(added: readonly RepairEvent[]): void;
  /** Told when a gap could not be filled. */
  onFailure(cause: unknown): void;
}

/** The log of one session as it was read, and where it is followed, as it grows. */
export class SessionLog {
  readonly #store: EventStore;
  readonly #sessionId: string;
  readonly #follower: LogFollower | null;
  readonly #events: RepairEvent[] = [];
  readonly #state = new LogState();
  #unsubscribe: (() => void) | null = null;
  #filling: Promise<void> = Promise.resolve();
  #isClosed = false;

  private constructor(store: EventStore, sessionId: string, follower: LogFollower | null) {
    this.#store = store;
    this.#sessionId = sessionId;
    this.#follower = follower;
  }

  /** Reads the log as it stands. @throws StoreError; LogError `damaged` */
  static async read(store: EventStore, sessionId: string): Promise<SessionLog> {
    const log = new SessionLog(store, sessionId, null);
    await log.#fill();
    return log;
  }

  /** Reads the log and follows it until it is closed. @throws StoreError; LogError `damaged` */
  static async follow(store: EventStore, sessionId: string, follower: LogFollower): Promise<SessionLog> {
    const log = new SessionLog(store, sessionId, follower);
    // First the subscription: what is appended while the log is read must not be missed.
    log.#unsubscribe = await store.subscribe(sessionId, (event) => log.#arrived(event));
    await log.#fill();
    return log;
  }

  /** By seq, from 1 without a gap. */
  get events(): readonly RepairEvent[] {
    return this.#events;
  }

  get state(): LogState {
    return this.#state;
  }

  /**
   * Appends behind the newest event that was read. What others appended meanwhile is read and returned as a conflict.
   * @param eventId by which the event is recognised where it is sent again
   */
  async append(draft: EventDraft, eventId: string): Promise<AppendOutcome> {
    const outcome = await this.#store.append(draft, this.#state.head, eventId);
    if (outcome.kind === 'appended') this.#arrived(outcome.event);
    else await this.#fill();
    return outcome;
  }

  /** Reads what is new. Rejects with StoreError. */
  refresh(): Promise<void> {
    return this.#fill();
  }

  close(): void {
    this.#isClosed = true;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  #arrived(event: RepairEvent): void {
    if (this.#isClosed || event.seq <= this.#state.head.seq) return;
    if (event.seq === this.#state.head.seq + 1) {
      this.#add([event]);
      return;
    }
    this.#fill().catch((cause: unknown) => this.#follower?.onFailure(cause));
  }

  /** Reads what is missing, one reader at a time. */
  #fill(): Promise<void> {
    const fill = async (): Promise<void> => {
      const missing = await this.#store.events(this.#sessionId, this.#state.head.seq + 1);
      this.#add(missing.filter((event) => event.seq > this.#state.head.seq));
    };
    this.#filling = this.#filling.then(fill, fill);
    return this.#filling;
  }

  #add(events: readonly RepairEvent[]): void {
    if (this.#isClosed || events.length === 0) return;
    for (const event of events) {
      this.#fold(event);
      this.#events.push(event);
    }
    this.#follower?.onChange(events);
  }

  /** @throws LogError `damaged` where an event is missing before it */
  #fold(event: RepairEvent): void {
    try {
      this.#state.add(event);
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      const message = `The log of ${this.#sessionId} is not what was written: ${cause.message}.`;
      throw new LogError('damaged', message, 'riff verify says what is wrong with it.', { cause });
    }
  }
}
