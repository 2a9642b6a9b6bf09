import type { ApiRequest } from './request.ts';

/** What differs from model to model, or is known beforehand of a session. */
export interface ApiLimits {
  /** Largest prompt that the model takes, in tokens. */
  readonly promptTokens: number;
  /** Largest body of a request, in bytes. */
  readonly requestBytes: number;
  /** Thinking by its signature, as the model wrote it: the API knows what it has signed, its mock has to be told. */
  readonly signedThinking: ReadonlyMap<string, string>;
}

/** The limits of today's models with a window of 200,000 tokens. */
export const DEFAULT_LIMITS: ApiLimits = { promptTokens: 200_000, requestBytes: 32 * 1024 * 1024, signedThinking: new Map() };

/** The same without a limit for the prompt's size. */
export const ANY_SIZE: ApiLimits = { ...DEFAULT_LIMITS, promptTokens: Infinity };

/** Something that the API refuses. */
export interface RequestRule {
  readonly id: string;
  /** What is refused, in a few words. */
  readonly refuses: string;
  /** Where the rule and the wording of its error are from: documentation, or a report that quotes the error. */
  readonly source: string;
  /** Status of the answer, when it is not 400 (`invalid_request_error`). */
  readonly status?: 413;
  /** @returns the API's message; null when the request keeps to the rule */
  check(request: ApiRequest, limits: ApiLimits): string | null;
}

/** A report in the client's own tracker. */
export const issue = (number: number): string => `https://github.com/anthropics/claude-code/issues/${number}`;

/** The first message that a check gives for one of several things. */
export function firstOf<T>(list: readonly T[], check: (each: T) => string | null): string | null {
  for (const each of list) {
    const found = check(each);
    if (found !== null) return found;
  }
  return null;
}
