/** What a command could not do, with what to do about it. Ends the command with status 2. */
export class CliFailure extends Error {
  readonly remedy: string | null;

  constructor(message: string, remedy: string | null = null, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'CliFailure';
    this.remedy = remedy;
  }
}

/** 0 healthy or done · 1 findings of severity error or warning remain · 2 wrong use, unreadable input, or store failure. */
export type ExitStatus = 0 | 1 | 2;
