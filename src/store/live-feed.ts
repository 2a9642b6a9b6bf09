import type { RepairEvent } from '../core/log/event.ts';
import type { Connection } from './connection/connection.ts';

/** What a feed reads from. */
export interface FeedSource {
  events(sessionId: string, fromSeq: number): Promise<RepairEvent[]>;
}

/**
 * Milliseconds between reads without a notification. The engine sends none for an event whose transaction began before the
 * subscription, and drops notifications when it falls behind.
 */
const CATCH_UP_MS = 5_000;

interface Subscriber {
  readonly sessionId: string;
  readonly onEvent: (event: RepairEvent) => void;
  lastSeq: number;
  isReading: boolean;
  isPoked: boolean;
  isEnded: boolean;
}

/**
 * Delivers events in order and without a gap. A notification only triggers a read: events are always read from the log by seq, so a
 * missed, repeated or late notification makes no difference.
 */
export class LiveFeed {
  readonly #source: FeedSource;
  readonly #timeoutMs: number;
  readonly #subscribers = new Set<Subscriber>();
  #connection: Connection | null = null;
  #catchUp: NodeJS.Timeout | null = null;

  constructor(source: FeedSource, timeoutMs: number) {
    this.#source = source;
    this.#timeoutMs = timeoutMs;
  }

  get size(): number {
    return this.#subscribers.size;
  }

  /** Subscribes on a new connection, and reads the events missed since the old one was lost. */
  async attach(connection: Connection): Promise<void> {
    if (this.#subscribers.size === 0) return;
    await connection.watchEvents((sessionId) => {
      this.poke(sessionId);
    }, this.#timeoutMs);
    this.#connection = connection;
    this.#catchUp ??= setInterval(() => this.#drainAll(), CATCH_UP_MS).unref();
    // The connection becomes available when this returns; a read now would wait for itself.
    setImmediate(() => this.#drainAll());
  }

  /** @returns ends the subscription */
  add(sessionId: string, fromSeq: number, onEvent: (event: RepairEvent) => void): () => void {
    const subscriber: Subscriber = { sessionId, onEvent, lastSeq: fromSeq, isReading: false, isPoked: false, isEnded: false };
    this.#subscribers.add(subscriber);
    return () => {
      subscriber.isEnded = true;
      this.#subscribers.delete(subscriber);
      if (this.#subscribers.size === 0) this.#stopCatchingUp();
    };
  }

  clear(): void {
    for (const subscriber of this.#subscribers) subscriber.isEnded = true;
    this.#subscribers.clear();
    this.#stopCatchingUp();
  }

  /** Reads the new events of a session. */
  poke(sessionId: string): void {
    for (const subscriber of this.#subscribers) if (subscriber.sessionId === sessionId) this.#drain(subscriber);
  }

  #stopCatchingUp(): void {
    if (this.#catchUp !== null) clearInterval(this.#catchUp);
    this.#catchUp = null;
  }

  /** A lost connection is reopened by its owner. */
  #drainAll(): void {
    if (this.#connection?.isOpen !== true) return;
    for (const subscriber of this.#subscribers) this.#drain(subscriber);
  }

  #drain(subscriber: Subscriber): void {
    subscriber.isPoked = true;
    if (subscriber.isReading) return;
    subscriber.isReading = true;
    void this.#readAll(subscriber).finally(() => {
      subscriber.isReading = false;
    });
  }

  async #readAll(subscriber: Subscriber): Promise<void> {
    while (subscriber.isPoked && !subscriber.isEnded) {
      subscriber.isPoked = false;
      let events: RepairEvent[];
      try {
        events = await this.#source.events(subscriber.sessionId, subscriber.lastSeq + 1);
      } catch {
        // The store's state says why; the next read follows soon.
        return;
      }
      for (const event of events) deliver(subscriber, event);
    }
  }
}

function deliver(subscriber: Subscriber, event: RepairEvent): void {
  if (subscriber.isEnded || event.seq !== subscriber.lastSeq + 1) return;
  subscriber.lastSeq = event.seq;
  try {
    subscriber.onEvent(event);
  } catch (error) {
    // A listener that fails must not keep events from the others.
    process.emitWarning(`A listener to the log failed: ${String(error)}`);
  }
}
