export type LogErrorCode =
  /** There is no such seq, checkpoint or time, or the text cannot be read as one. */
  | 'no-position'
  /** The name of a checkpoint is taken or not allowed. */
  | 'bad-name'
  /** The event does not exist or cannot be reverted. */
  | 'not-revertible'
  /** The file is not an export, or it is inconsistent. */
  | 'bad-export'
  /** The import does not continue the present log. */
  | 'forked'
  /** The log was changed so that it cannot be replayed. */
  | 'damaged';

/** An operation on a log that is not possible, with what the user can do about it. */
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
