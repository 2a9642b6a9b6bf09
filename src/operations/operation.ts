/**
 * What every operation has in common. An operation is one thing that a user can do, written once for all doors (editor, command
 * line, tools for agents): a function of plain input and ports that resolves to plain data. A door turns arguments or clicks into
 * the input, and the outcome into text, JSON or a dialog; it holds no rule of its own.
 */
import * as v from 'valibot';
import { ruleOf } from '../core/broken-rule.ts';

/** How a caller follows an operation and stops it. */
export interface Run {
  /** Once aborted the operation ends at its next safe point. What it has written by then stays and is part of its outcome. */
  readonly signal?: AbortSignal;
  /** Told of each step. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Who does something that goes into a log, and why. */
export interface Acting {
  /** `user:NAME`, `agent:NAME` or `system:NAME`. */
  readonly operator: string;
  readonly reason: string;
}

export type OperationErrorCode =
  /** The input breaks a rule of its schema. */
  | 'bad-input'
  /** Nothing was logged for this session. */
  | 'nothing-logged'
  /** No event, or no waiting repair, has this number or id. */
  | 'not-found'
  /** More than one begins with this id. */
  | 'ambiguous'
  /** Somebody else wrote to the log since it was read. */
  | 'conflict'
  /** The session, or its log, is no longer what the user decided on. */
  | 'session-changed'
  /** This store cannot do it. */
  | 'unsupported'
  /** It takes longer than it should. */
  | 'still-running';

/** What keeps an operation from being done, with what the user can do about it. */
export class OperationError extends Error {
  readonly code: OperationErrorCode;
  /** What to do now; null where there is nothing to say. */
  readonly remedy: string | null;

  constructor(code: OperationErrorCode, message: string, remedy: string | null = null, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'OperationError';
    this.code = code;
    this.remedy = remedy;
  }
}

/** Any expected error, of whichever layer, as plain data. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly remedy: string | null;
  /** Whether the same operation may succeed later though nobody changes anything. */
  readonly retryable: boolean;
}

/** Codes of failures that pass: the store is away or busy, or somebody else was first. */
const RETRYABLE: ReadonlySet<string> = new Set(['unreachable', 'timeout', 'locked', 'conflict', 'still-running']);

/** An error that names a code and a remedy, as those of the core, the store and the files do. Null for one that nobody expected. */
export function failureOf(error: unknown): Failure | null {
  if (!(error instanceof Error) || !('code' in error) || !('remedy' in error)) return null;
  const { code, message, remedy } = error;
  if (typeof code !== 'string' || (typeof remedy !== 'string' && remedy !== null)) return null;
  return { code, message, remedy, retryable: RETRYABLE.has(code) };
}

/**
 * Input from outside, checked: arguments of a tool, messages of a page.
 * @throws OperationError `bad-input` naming the first field that is wrong
 */
export function checkedInput<T>(schema: v.GenericSchema<unknown, T>, input: unknown): T {
  const parsed = v.safeParse(schema, input);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const field = v.getDotPath(issue);
  throw new OperationError('bad-input', `${field === null ? 'The input' : `“${field}”`} is wrong: ${ruleOf(issue)}.`);
}
