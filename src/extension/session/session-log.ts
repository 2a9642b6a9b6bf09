import type { EventDraft, RepairEvent } from '../../core/log/event.ts';
import { LogState } from '../../core/log/replay.ts';
import { StoreError, type AppendOutcome, type EventStore } from '../../core/log/store.ts';

/** The log of one session as this window knows it: read once, then kept up by the store's subscription. */
export class SessionLog {
  readonly #store: EventStore;
  readonly #sessionId: string;
  readonly #onChange: () => void;
  readonly #report: (cause: unknown) => void;
  readonly #events: RepairEvent[] = [];
  readonly #state = new LogState();
  #unsubscribe: (() => void) | null = null;
  #filling: Promise<void> = Promise.resolve();
  #isClosed = false;

  private constructor(store: EventStore, sessionId: string, onChange: () => void, report: (cause: unknown) => void) {
    this.#store = store;
    this.#sessionId = sessionId;
    this.#onChange = onChange;
    this.#report = report;
  }

  /**
   * Reads the log and follows it.
   * @param onChange called after events were added, by whomever
   * @param report told when a gap could not be filled
   */
  static async open(store: EventStore, sessionId: string, onChange: () => void, report: (cause: unknown) => void): Promise<SessionLog> {
    const log = new SessionLog(store, sessionId, onChange, report);
    // First the subscription: what is appended while the log is read must not be missed.
    log.#unsubscribe = await store.subscribe(sessionId, (event) => log.#arrived(event));
    await log.#fill();
    return log;
  }

  get events(): readonly RepairEvent[] {
    return this.#events;
  }

  get state(): LogState {
    return this.#state;
  }

  /**
   * Appends behind the newest event this window has seen. What others appended meanwhile is read and returned as a conflict.
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
    this.#fill().catch(this.#report);
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
      addTo(this.#state, event);
      this.#events.push(event);
    }
    this.#onChange();
  }
}

/** @throws StoreError `invalid_data` where an event is missing before it */
function addTo(state: LogState, event: RepairEvent): void {
  try {
    state.add(event);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const message = `The repair log of this session is not what was written: ${cause.message}.`;
    throw new StoreError('invalid_data', message, '"Riff: Verify Repair Log" says what is wrong with it.', { cause });
  }
}
