import type { RowKind } from '../session/analysis-types.ts';

/** What is looked for in a session; a record must fit all of it. */
export interface FindQuery {
  /** Lower case. */
  readonly texts: readonly string[];
  /** Each entry: the kinds of row that fit; `agent` stands for a sidechain's. */
  readonly roles: readonly (readonly (RowKind | 'agent')[])[];
  /** Lower case, beginnings of tool names. */
  readonly tools: readonly string[];
  /** Beginnings of ids. */
  readonly uuids: readonly string[];
  /** Beginnings of finding codes. */
  readonly codes: readonly string[];
  readonly lines: readonly number[];
  /** Milliseconds since 1970: from the first on, and before the second. */
  readonly after: number | null;
  readonly before: number | null;
}

const ROLES: Readonly<Record<string, readonly (RowKind | 'agent')[]>> = {
  prompt: ['prompt'],
  user: ['prompt', 'user', 'tool_result', 'summary'],
  assistant: ['assistant'],
  tool: ['tool_result'],
  system: ['system', 'boundary'],
  compaction: ['boundary', 'summary'],
  progress: ['progress'],
  attachment: ['attachment'],
  agent: ['agent'],
};

/** A word, a "phrase", or a key with either. */
const TERM = /(?:(\w+):)?(?:"([^"]*)"?|(\S+))/g;
const DATE = /^(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d))?)?$/;

/**
 * Reads what a person typed: words and "phrases", and `role:`, `tool:`, `uuid:`, `code:`, `line:`, `after:`, `before:`, `on:`. A word with
 * another key is looked for as it stands. Dates are in the time zone of the machine.
 * @returns the query, or what is wrong with it, for the person
 */
export function parseFind(typed: string): { readonly query: FindQuery } | { readonly problem: string } {
  const texts: string[] = [];
  const roles: (readonly (RowKind | 'agent')[])[] = [];
  const tools: string[] = [];
  const uuids: string[] = [];
  const codes: string[] = [];
  const lines: number[] = [];
  let after: number | null = null;
  let before: number | null = null;
  for (const [whole, key, phrase, word] of typed.matchAll(TERM)) {
    const value = (phrase ?? word ?? '').toLowerCase();
    if (value === '') continue;
    const time = key === 'after' || key === 'before' || key === 'on' ? timeOf(value) : null;
    if (Number.isNaN(time?.start)) return { problem: `${whole}: a date looks like 2026-01-30 or 2026-01-30T14:05.` };
    switch (key) {
      case 'role': {
        const kinds = Object.hasOwn(ROLES, value) ? ROLES[value] : undefined;
        if (kinds === undefined) return { problem: `${whole}: a role is one of ${Object.keys(ROLES).join(', ')}.` };
        roles.push(kinds);
        break;
      }
      case 'line':
        if (!/^\d{1,12}$/.test(value)) return { problem: `${whole}: a line is a number.` };
        lines.push(Number(value));
        break;
      case 'tool':
        tools.push(value);
        break;
      case 'uuid':
        uuids.push(value);
        break;
      case 'code':
        codes.push(value);
        break;
      case 'after':
        after = Math.max(after ?? Number.NEGATIVE_INFINITY, time!.start);
        break;
      case 'before':
        before = Math.min(before ?? Number.POSITIVE_INFINITY, time!.start);
        break;
      case 'on':
        after = Math.max(after ?? Number.NEGATIVE_INFINITY, time!.start);
        before = Math.min(before ?? Number.POSITIVE_INFINITY, time!.end);
        break;
      default:
        texts.push(phrase === undefined ? whole.toLowerCase() : key === undefined ? value : `${key.toLowerCase()}:${value}`);
    }
  }
  return { query: { texts, roles, tools, uuids, codes, lines, after, before } };
}

/** Whether nothing is asked for. */
export function isEmptyQuery({ texts, roles, tools, uuids, codes, lines, after, before }: FindQuery): boolean {
  return [texts, roles, tools, uuids, codes, lines].every(({ length }) => length === 0) && after === null && before === null;
}

/** The day, minute or second that a date names; NaN where it names none. */
function timeOf(value: string): { start: number; end: number } {
  const found = DATE.exec(value.toUpperCase());
  if (found === null) return { start: Number.NaN, end: Number.NaN };
  const part = (at: number): number | null => (found[at] === undefined ? null : Number(found[at]));
  const [year, month, day] = [part(1) ?? 0, part(2) ?? 1, part(3) ?? 1];
  const [hour, minute, second] = [part(4), part(5) ?? 0, part(6)];
  const at = new Date(year, month - 1, day, hour ?? 0, minute, second ?? 0);
  const isReal = at.getMonth() === month - 1 && at.getDate() === day && at.getHours() === (hour ?? 0);
  if (!isReal) return { start: Number.NaN, end: Number.NaN };
  if (hour === null) return { start: at.getTime(), end: new Date(year, month - 1, day + 1).getTime() };
  return { start: at.getTime(), end: at.getTime() + (second === null ? 60_000 : 1000) };
}
