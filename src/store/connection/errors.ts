import { ServerError } from 'surrealdb';
import { StoreError } from '../../core/log/store.ts';

/** A statement that the database refused. */
export class StatementError extends Error {
  /** SurrealDB's kind of error: AlreadyExists, NotAllowed, Thrown, Internal … */
  readonly kind: string;

  constructor(kind: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'StatementError';
    this.kind = kind;
  }

  /** Another transaction was faster; the same one may succeed when it is tried again. */
  get isWriteConflict(): boolean {
    return /transaction conflict|resource busy|can be retried|write conflict/iu.test(this.message);
  }

  /** The stored view is not the one that the append expected to change; thrown by the append itself. */
  get isViewMismatch(): boolean {
    return this.message.includes('view: not the fold');
  }

  /** What the system says when the database's disk is full or read-only; null for any other error. */
  get diskProblem(): string | null {
    return diskProblemIn(this.message);
  }

  /** The event does not continue the chain in the database; thrown by the table itself. */
  get isChainMismatch(): boolean {
    return this.message.includes('chain: ');
  }
}

/** The connection was lost before the answer came: the statements may or may not have been executed. */
export class ConnectionLostError extends Error {
  /** The connection was not closed by anybody; the caller stopped waiting. */
  readonly isTimeout: boolean;

  constructor(message: string, options: { cause?: unknown; isTimeout?: boolean } = {}) {
    super(message, { cause: options.cause });
    this.name = 'ConnectionLostError';
    this.isTimeout = options.isTimeout ?? false;
  }
}

/** Converts any error of the database connection to the error that callers of a store see. */
export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ConnectionLostError) {
    return new StoreError(
      error.isTimeout ? 'timeout' : 'unreachable',
      `The store is out of reach: ${message}`,
      'Try again; the store is started when it is needed.',
      { cause: error },
    );
  }
  const disk = error instanceof StatementError ? error.diskProblem : null;
  if (disk !== null) {
    return new StoreError(
      'not_writable',
      `The store cannot write: ${disk} where its database is. This was not stored; what was stored before is safe.`,
      'Make room there, then try again.',
      { cause: error },
    );
  }
  if (isNotAllowed(error)) {
    return new StoreError('unauthorised', `The store refused this: ${message}`, 'Check the user and the secret of the store.', {
      cause: error,
    });
  }
  return new StoreError('internal', `The store failed: ${message}`, 'Try again; if it comes back, report it with the log of the store.', {
    cause: error,
  });
}

function isNotAllowed(error: unknown): boolean {
  const kind = error instanceof StatementError || error instanceof ServerError ? error.kind : null;
  return kind === 'NotAllowed';
}

/** The disk problem that a message of the engine reports, in plain words; null where it reports none. */
export function diskProblemIn(message: string): string | null {
  if (/no space left|disk quota|out of space/iu.test(message)) return 'no space is left';
  return /read-only file system/iu.test(message) ? 'the disk can only be read' : null;
}
