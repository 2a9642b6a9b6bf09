import { IndexBuilder } from './index-builder.ts';
import { TranscriptIndex, type RecordColumns } from './transcript-index.ts';

/** A record put into a transcript by a repair: its bytes, and the record behind whose line it stands. */
export interface Insertion {
  readonly bytes: Uint8Array;
  readonly after: number;
}

/**
 * The index with records that are not in the file behind those that are; they have the line of the record they stand behind.
 * Names are added to the index's own table, so ids of the two are the same.
 * @param index of a file, without insertions
 */
export function withInserted(index: TranscriptIndex, insertions: readonly Insertion[]): TranscriptIndex {
  if (insertions.length === 0) return index;
  const builder = new IndexBuilder(index.names, index.words);
  for (const { bytes } of insertions) builder.addLine(bytes, 0, bytes.length, 0, false);
  const added = builder.finish(0, false, true);
  if (added.count !== insertions.length) throw new RangeError('an inserted record is not one JSON object');
  return new TranscriptIndex({
    ...partsOf(index),
    count: index.count + added.count,
    columns: joinedColumns(index, added, insertions),
    tools: {
      id: joined(index.tools.id, added.tools.id),
      name: joined(index.tools.name, added.tools.name),
      isResult: joined(index.tools.isResult, added.tools.isResult),
      record: joined(
        index.tools.record,
        added.tools.record.map((record) => record + index.count),
      ),
    },
    insertions,
  });
}

/** What stays as it is in the file. */
function partsOf(index: TranscriptIndex) {
  const { bytes, lines, names, words, problems, preserved, pins, hasBom, endsWithNewline, version, branch } = index;
  return { bytes, lines, names, words, problems, preserved, pins, hasBom, endsWithNewline, version, branch };
}

function joinedColumns(index: TranscriptIndex, added: TranscriptIndex, insertions: readonly Insertion[]): RecordColumns {
  const columns: Record<string, ArrayLike<number>> = {};
  for (const name of Object.keys(index.columns) as (keyof RecordColumns)[]) {
    if (name !== 'toolStart' && ArrayBuffer.isView(index.columns[name])) columns[name] = joined(index.columns[name], added.columns[name]);
  }
  const tools = index.tools.id.length;
  const toolStart = joined(
    index.columns.toolStart.subarray(0, index.count),
    added.columns.toolStart.map((start) => start + tools),
  );
  const line = joined(
    index.columns.line,
    Uint32Array.from(insertions, ({ after }) => index.columns.line[after]!),
  );
  return { ...(columns as unknown as RecordColumns), toolStart, line };
}

interface NumberArray extends ArrayLike<number> {
  set(values: ArrayLike<number>, offset?: number): void;
}

function joined<T extends NumberArray>(first: T, second: ArrayLike<number>): T {
  const make = first.constructor as new (length: number) => T;
  const both = new make(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
