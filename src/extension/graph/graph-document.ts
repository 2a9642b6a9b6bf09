import * as vscode from 'vscode';
import type { SessionRegistry } from '../session/handle.ts';
import type { GraphSession, Opening } from './graph-session.ts';

/** One file open in one or more graph editors: borrows the session while any of them lives. */
export class GraphDocument implements vscode.CustomDocument, GraphSession {
  readonly uri: vscode.Uri;
  readonly name: string;
  readonly #registry: SessionRegistry;
  readonly #unreadableRemedy: string;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  /** Settles when it is known whether the session can be read; never rejects. */
  opened: Promise<void> = Promise.resolve();
  #revision = 1;
  #opening: Opening = { kind: 'loading' };
  #giveBack: (() => void) | null = null;
  #disposed = false;

  constructor(uri: vscode.Uri, registry: SessionRegistry, unreadableRemedy: string) {
    this.uri = uri;
    this.name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    this.#registry = registry;
    this.#unreadableRemedy = unreadableRemedy;
  }

  get revision(): number {
    return this.#revision;
  }

  get opening(): Opening {
    return this.#opening;
  }

  /** Borrows the session. Never rejects: a failure is a state that the page explains. */
  async open(): Promise<void> {
    try {
      const loan = await this.#registry.acquire(this.uri);
      if (this.#disposed) {
        loan.release();
        return;
      }
      const listener = loan.handle.onDidChange(() => this.#bump());
      this.#giveBack = () => {
        listener.dispose();
        loan.release();
      };
      this.#opening = { kind: 'open', handle: loan.handle };
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      this.#opening = { kind: 'failed', message, remedy: this.#unreadableRemedy };
    }
    this.#bump();
  }

  async reopen(): Promise<void> {
    if (this.#opening.kind !== 'failed' || this.#disposed) return;
    this.#opening = { kind: 'loading' };
    this.#bump();
    await this.open();
  }

  dispose(): void {
    this.#disposed = true;
    this.#giveBack?.();
    this.#giveBack = null;
    this.#changed.dispose();
  }

  #bump(): void {
    if (this.#disposed) return;
    this.#revision++;
    this.#changed.fire();
  }
}
