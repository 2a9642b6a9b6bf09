export type LogErrorCode =
  /** No such seq, checkpoint or time, or a text that is none of them. */
  | 'no-position'
  /** The name of a checkpoint is taken, or cannot be one. */
  | 'bad-name'
  /** The event is not there, or cannot be taken back. */
  | 'not-revertible'
  /** An export that is none, or does not hold together. */
  | 'bad-export'
  /** An import that does not continue the log as it stands. */
  | 'forked'
  /** The log was changed so that it cannot be replayed. */
  | 'damaged';

/** What cannot be done with a log, with what to do about it. */
export class LogError extends Error {
  readonly code: LogErrorCode;
  readonly remedy: string;

  constructor(code: LogErrorCode, message: string, remedy: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'LogError';
    this.code = code;
    this.remedy = remedy;
  }
}
