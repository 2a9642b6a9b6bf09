import * as vscode from 'vscode';
import { StoreError, type EventStore } from '../../core/log/store.ts';
import type { Reporter } from '../log/output.ts';
import type { StoreState } from '../session/handle.ts';

/** The window's way to the store: opened with the first use, shared by all sessions. */
export interface StoreAccess extends vscode.Disposable {
  readonly state: StoreState;
  readonly onDidChangeState: vscode.Event<StoreState>;
  /** Opens the store, or gives the one that is open. Rejects with StoreError; the next call tries again. */
  open(): Promise<EventStore>;
}

/** What opening reports later: a store that was lost, and one that is back. */
export type StateListener = (state: StoreState) => void;

/** @param connect opens a store; loads all that this needs only when it is called */
export function storeAccess(connect: (onState: StateListener) => Promise<EventStore>, report: Reporter): StoreAccess {
  return new LazyStore(connect, report);
}

class LazyStore implements StoreAccess {
  readonly #connect: (onState: StateListener) => Promise<EventStore>;
  readonly #report: Reporter;
  readonly #changed = new vscode.EventEmitter<StoreState>();
  readonly onDidChangeState = this.#changed.event;
  #state: StoreState = { kind: 'off' };
  #opening: Promise<EventStore> | null = null;
  #isDisposed = false;

  constructor(connect: (onState: StateListener) => Promise<EventStore>, report: Reporter) {
    this.#connect = connect;
    this.#report = report;
  }

  get state(): StoreState {
    return this.#state;
  }

  open(): Promise<EventStore> {
    this.#opening ??= this.#start();
    return this.#opening;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#changed.dispose();
    this.#opening
      ?.then(
        (store) => store.close(),
        () => undefined,
      )
      .catch((error: unknown) => this.#report.error('Closing the store', error));
  }

  async #start(): Promise<EventStore> {
    this.#become({ kind: 'starting' });
    try {
      const store = await this.#connect((state) => this.#become(state));
      this.#become({ kind: 'ready' });
      return store;
    } catch (cause) {
      this.#opening = null;
      const error = asStoreError(cause);
      this.#report.error('Opening the store', cause);
      this.#become({ kind: 'failed', message: error.message, remedy: error.remedy });
      throw error;
    }
  }

  #become(state: StoreState): void {
    if (this.#isDisposed || sameState(state, this.#state)) return;
    this.#state = state;
    this.#report.info(`Store: ${state.kind}`);
    this.#changed.fire(state);
  }
}

/** Whatever was thrown, as something that can be shown with a remedy. */
export function asStoreError(cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new StoreError('internal', message, 'Run "Riff: Show Log Output" and report what it says.', { cause });
}

function sameState(a: StoreState, b: StoreState): boolean {
  return a.kind === b.kind && (a.kind !== 'failed' || b.kind !== 'failed' || a.message === b.message);
}
