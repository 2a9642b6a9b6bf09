import { isEmptyQuery, parseFind, type FindQuery } from '../find/find-query.ts';
import { searchableText } from '../find/searchable-text.ts';
import { FLAG } from '../transcript/record-kinds.ts';
import { readRecords } from '../transcript/read-records.ts';
import type { ByteSource } from '../transcript/source.ts';
import type { FindProgress } from './graph/session-graph.ts';
import { parseRecord } from './record-text.ts';
import { rowKind } from './rows.ts';
import type { SessionState } from './state.ts';

/** Bytes that one step reads at most: a few hundredths of a second, so that another call never waits long. */
const STEP_BYTES = 2 * 1024 * 1024;
/** Rows that one step looks at where nothing has to be read. */
const STEP_ROWS = 50_000;
/** Of one record. What stands behind is not searched. */
const MOST_BYTES = 16 * 1024 * 1024;

/** What was looked for in a session, and the rows that were found so far. */
export class FoundRecords {
  readonly state: SessionState;
  readonly typed: string;
  /** Rows of the session, ascending. */
  readonly rows: number[] = [];
  private readonly marked = new Set<number>();
  private readonly query: FindQuery | null;
  private readonly problem: string | null;

  constructor(state: SessionState, typed: string) {
    this.state = state;
    this.typed = typed;
    const parsed = parseFind(typed);
    this.query = 'query' in parsed && !isEmptyQuery(parsed.query) ? parsed.query : null;
    this.problem = 'problem' in parsed ? parsed.problem : null;
  }

  has(row: number): boolean {
    return this.marked.has(row);
  }

  /** Looks at some more rows from `from` on. */
  async step(source: ByteSource, from: number): Promise<FindProgress> {
    const { state, query } = this;
    if (query === null) return { found: 0, next: null, of: state.rows.length, problem: this.problem };
    const candidates: number[] = [];
    let row = from;
    for (let bytes = 0; row < state.rows.length && row < from + STEP_ROWS && bytes < STEP_BYTES; row++) {
      if (!fits(state, state.rows[row]!, query)) continue;
      candidates.push(row);
      if (query.texts.length > 0) bytes += Math.min(MOST_BYTES, state.index.columns.length[state.rows[row]!]!);
    }
    for (const found of query.texts.length === 0 ? candidates : await this.saying(source, candidates, query.texts)) {
      if (this.marked.has(found)) continue;
      this.marked.add(found);
      this.rows.push(found);
    }
    return { found: this.rows.length, next: row < state.rows.length ? row : null, of: state.rows.length, problem: null };
  }

  /** The next found row behind (or before) a row, from the other end where there is none; null when nothing was found. */
  nextAfter(row: number, direction: 1 | -1): { readonly row: number; readonly place: number } | null {
    const { rows } = this;
    if (rows.length === 0) return null;
    const at = direction === 1 ? rows.findIndex((found) => found > row) : rows.findLastIndex((found) => found < row);
    const place = at >= 0 ? at : direction === 1 ? 0 : rows.length - 1;
    return { row: rows[place]!, place };
  }

  private async saying(source: ByteSource, rows: readonly number[], texts: readonly string[]): Promise<number[]> {
    const { state } = this;
    // Read in the order of the file; what repairs put in comes last there.
    const records = rows.map((row) => ({ row, record: state.rows[row]! })).sort((a, b) => a.record - b.record);
    const contents = await readRecords(
      source,
      state.index,
      records.map(({ record }) => record),
      MOST_BYTES,
    );
    const decoder = new TextDecoder();
    return records
      .filter((_, i) => says(decoder.decode(contents[i]), texts))
      .map(({ row }) => row)
      .sort((a, b) => a - b);
  }
}

/** Parsed only where the bytes may hold it: most records are passed over by one look. */
function says(raw: string, texts: readonly string[]): boolean {
  const lower = raw.toLowerCase();
  const mayHold = (text: string): boolean => lower.includes(text) || !/^[ !#-[\]-~]*$/.test(text) || lower.includes('\\u');
  if (!texts.every(mayHold)) return false;
  let record: ReturnType<typeof parseRecord>;
  try {
    record = parseRecord(raw);
  } catch {
    // Longer than what is read of it: the beginning is searched as it stands.
    return texts.every((text) => lower.includes(text));
  }
  if (record === null) return false;
  const text = searchableText(record);
  return texts.every((one) => text.includes(one));
}

/** Whether a record fits as far as the index tells. */
function fits(state: SessionState, record: number, query: FindQuery): boolean {
  const { index } = state;
  const { time, line } = index.columns;
  if (query.after !== null && !(time[record]! >= query.after)) return false;
  if (query.before !== null && !(time[record]! < query.before)) return false;
  if (query.lines.length > 0 && !query.lines.includes(line[record]!)) return false;
  return (
    query.roles.every((kinds) => isOfKind(state, record, kinds)) &&
    query.tools.every((tool) => callsTool(state, record, tool)) &&
    (query.uuids.length === 0 || query.uuids.every((start) => index.uuidText(record).toLowerCase().startsWith(start))) &&
    query.codes.every((code) => (state.findingsOfRecord.get(record) ?? []).some((finding) => finding.code.startsWith(code)))
  );
}

function isOfKind(state: SessionState, record: number, kinds: FindQuery['roles'][number]): boolean {
  const isAgent = state.index.isFlagged(record, FLAG.sidechain);
  return kinds.includes(isAgent && kinds.includes('agent') ? 'agent' : rowKind(state, record));
}

function callsTool({ index }: SessionState, record: number, tool: string): boolean {
  const { columns, tools, names } = index;
  for (let t = columns.toolStart[record]!; t < columns.toolStart[record + 1]!; t++) {
    if (tools.name[t]! >= 0 && names.text(tools.name[t]!).toLowerCase().startsWith(tool)) return true;
  }
  return false;
}
