import * as vscode from 'vscode';
import type { SessionModel } from '../../core/session/model.ts';
import { OpenSession, type SessionPorts } from './open-session.ts';

/** An editor that is moved lets go of its session and takes it again at once. */
const GRACE_MS = 5_000;

interface Entry {
  readonly opening: Promise<OpenSession>;
  users: number;
  ending: NodeJS.Timeout | null;
}

/** Sessions by file; each is shared by its surfaces and ends a while after the last of them. */
export class Sessions implements vscode.Disposable {
  readonly #startModel: (path: string) => SessionModel;
  readonly #ports: SessionPorts;
  readonly #entries = new Map<string, Entry>();
  readonly #opened = new vscode.EventEmitter<OpenSession>();
  /** A session was read for the first time; it may be none, by its content. */
  readonly onDidOpen = this.#opened.event;
  readonly #closed = new vscode.EventEmitter<OpenSession>();
  readonly onDidClose = this.#closed.event;

  /** @param startModel starts a reader of the file at this absolute path */
  constructor(startModel: (path: string) => SessionModel, ports: SessionPorts) {
    this.#startModel = startModel;
    this.#ports = ports;
  }

  /** Call `release` once when done. Rejects with a sentence for the user when the file cannot be read. */
  async acquire(uri: vscode.Uri): Promise<{ readonly handle: OpenSession; readonly release: () => void }> {
    const key = uri.toString();
    const entry = this.#entries.get(key) ?? this.#start(key, uri);
    entry.users++;
    if (entry.ending !== null) clearTimeout(entry.ending);
    entry.ending = null;
    let isReleased = false;
    const release = (): void => {
      if (isReleased) return;
      isReleased = true;
      this.#release(key, entry);
    };
    try {
      return { handle: await entry.opening, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  dispose(): void {
    for (const key of [...this.#entries.keys()]) this.#end(key);
    this.#opened.dispose();
  }

  #start(key: string, uri: vscode.Uri): Entry {
    const entry: Entry = { opening: this.#openSession(uri), users: 0, ending: null };
    this.#entries.set(key, entry);
    entry.opening.catch(() => {
      // The next surface tries again.
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    });
    return entry;
  }

  async #openSession(uri: vscode.Uri): Promise<OpenSession> {
    if (uri.scheme !== 'file') throw new Error(`Riff reads files of this machine only, not ${uri.scheme}: addresses.`);
    const model = this.#startModel(uri.fsPath);
    try {
      const severities = this.#ports.severity.current;
      // Said before the first look: what is off must not flash up.
      if (Object.keys(severities).length > 0) await model.updates.setSeverities(severities);
      await model.judgement.summary();
    } catch (error) {
      await model.dispose();
      throw readable(error);
    }
    const session = new OpenSession(uri, model, this.#ports);
    this.#opened.fire(session);
    return session;
  }

  #release(key: string, entry: Entry): void {
    entry.users--;
    if (entry.users > 0 || this.#entries.get(key) !== entry) return;
    entry.ending = setTimeout(() => this.#end(key), GRACE_MS);
  }

  #end(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    if (entry.ending !== null) clearTimeout(entry.ending);
    entry.opening
      .then((session) => {
        this.#closed.fire(session);
        session.dispose();
      })
      .catch(() => undefined);
  }
}

/** Operating systems name a failure by a code; people want a sentence. */
function readable(error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  const sentence =
    code === 'ENOENT'
      ? 'The file is no longer there.'
      : code === 'EACCES' || code === 'EPERM'
        ? 'You have no permission to read the file.'
        : code === 'EISDIR'
          ? 'This is a folder, not a file.'
          : null;
  if (sentence !== null) return new Error(sentence, { cause: error });
  return error instanceof Error ? error : new Error(String(error));
}
