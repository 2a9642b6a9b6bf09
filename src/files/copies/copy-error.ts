/** Why a repaired file was not written. */
export type CopyErrorCode = 'exists' | 'source-changed' | 'session-open' | 'verification-failed' | 'not-writable';

export class CopyError extends Error {
  readonly code: CopyErrorCode;
  readonly remedy: string;

  constructor(code: CopyErrorCode, message: string, remedy: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'CopyError';
    this.code = code;
    this.remedy = remedy;
  }
}
