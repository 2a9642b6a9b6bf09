import * as vscode from 'vscode';
import { StoreError, type EventStore } from '../../core/log/store.ts';
import type { StorePort } from '../../operations/ports.ts';
import type { Reporter } from '../log/output.ts';
import type { StoreState } from '../session/handle.ts';
import type { StoreConnectionState } from '../../store/connection/link.ts';

/** The window's way to the store: opened with the first use, shared by all sessions. */
export interface StoreAccess extends StorePort {
  readonly state: StoreState;
  /** The store that is meant, for programs: repairs that wait for it bear it. */
  readonly name: string;
  readonly onDidChangeState: vscode.Event<StoreState>;
  /** Fires when another store may be meant from now on: what was read of the one before is no longer true. */
  readonly onDidReplace: vscode.Event<void>;
  /** Opens the store, or gives the one that is open. Rejects with StoreError; the next call tries again. */
  open(): Promise<EventStore>;
  /** Always: a window shows its log whatever is in it. */
  mayHoldLogs(): true;
  /** What a process of its own needs in its environment to use the same store. Rejects with StoreError. */
  environment(): Promise<Readonly<Record<string, string>>>;
  /** Closes the store; the next call of `open` opens what is configured by then. */
  replace(): void;
  dispose(): void;
}

/** What opening reports later: a store that was lost, and one that is back. */
export type StateListener = (state: StoreConnectionState) => void;

/** What knows which store is meant. */
export interface StoreConnector {
  /** The store's name for people; null: it is the one of this machine. */
  readonly place: string | null;
  /** Its name for programs. Throws StoreError where settings make no sense. */
  readonly name: string;
  /** What another process needs in its environment to use it. Rejects with StoreError. */
  environment(): Promise<Readonly<Record<string, string>>>;
  /** Opens it; loads all that this needs only now. */
  connect(onState: StateListener): Promise<EventStore>;
}

export function storeAccess(connector: StoreConnector, report: Reporter): StoreAccess {
  return new LazyStore(connector, report);
}

class LazyStore implements StoreAccess {
  readonly #connector: StoreConnector;
  readonly #report: Reporter;
  readonly #changed = new vscode.EventEmitter<StoreState>();
  readonly onDidChangeState = this.#changed.event;
  readonly #replaced = new vscode.EventEmitter<void>();
  readonly onDidReplace = this.#replaced.event;
  #state: StoreState;
  #opening: Promise<EventStore> | null = null;
  #isDisposed = false;

  constructor(connector: StoreConnector, report: Reporter) {
    this.#connector = connector;
    this.#report = report;
    this.#state = { kind: 'off', place: connector.place };
  }

  get state(): StoreState {
    return this.#state;
  }

  get name(): string {
    return this.#connector.name;
  }

  environment(): Promise<Readonly<Record<string, string>>> {
    return this.#connector.environment();
  }

  open(): Promise<EventStore> {
    this.#opening ??= this.#start();
    return this.#opening;
  }

  mayHoldLogs(): true {
    return true;
  }

  replace(): void {
    this.#close();
    this.#become({ kind: 'off' });
    this.#replaced.fire();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#changed.dispose();
    this.#replaced.dispose();
    this.#close();
  }

  #close(): void {
    const opening = this.#opening;
    this.#opening = null;
    opening
      ?.then(
        (store) => store.close(),
        () => undefined,
      )
      .catch((error: unknown) => this.#report.error('Closing the store', error));
  }

  #start(): Promise<EventStore> {
    this.#become({ kind: 'starting' });
    // One that was replaced meanwhile has nothing more to say.
    const become: StateListener = (state) => {
      if (this.#opening === opening) this.#become(state);
    };
    const start = async (): Promise<EventStore> => {
      try {
        const store = await this.#connector.connect(become);
        become({ kind: 'ready' });
        return store;
      } catch (cause) {
        const error = asStoreError(cause);
        this.#report.error('Opening the store', cause);
        become({ kind: 'failed', message: error.message, remedy: error.remedy });
        if (this.#opening === opening) this.#opening = null;
        throw error;
      }
    };
    const opening: Promise<EventStore> = Promise.resolve().then(start);
    return opening;
  }

  #become(change: StoreConnectionState): void {
    const state: StoreState = { ...change, place: this.#connector.place };
    if (this.#isDisposed || sameState(state, this.#state)) return;
    this.#state = state;
    this.#report.info(`Store on ${placeText(state)}: ${state.kind}`);
    this.#changed.fire(state);
  }
}

/** Whatever was thrown, as something that can be shown with a remedy. */
export function asStoreError(cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new StoreError('internal', message, 'Run "Riff: Show Log Output" and report what it says.', { cause });
}

/** Where a store is, for people. */
export function placeText({ place }: Pick<StoreState, 'place'>): string {
  return place ?? 'this machine';
}

function sameState(a: StoreState, b: StoreState): boolean {
  return a.kind === b.kind && a.place === b.place && (a.kind !== 'failed' || b.kind !== 'failed' || a.message === b.message);
}
