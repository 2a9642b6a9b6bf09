import type { RecordColumns, ToolColumns, TranscriptIndex } from './transcript-index.ts';

/** The columns of two indices that share their names, one behind the other; offsets and lines stay as each index has them. */
export function joinedColumns(index: TranscriptIndex, added: TranscriptIndex): RecordColumns {
  const columns: Record<string, ArrayLike<number>> = {};
  for (const name of Object.keys(index.columns) as (keyof RecordColumns)[]) {
    if (name !== 'toolStart' && ArrayBuffer.isView(index.columns[name])) columns[name] = joined(index.columns[name], added.columns[name]);
  }
  const tools = index.tools.id.length;
  const toolStart = joined(
    index.columns.toolStart.subarray(0, index.count),
    added.columns.toolStart.map((start) => start + tools),
  );
  return { ...(columns as unknown as RecordColumns), toolStart };
}

/** The tool columns of two indices, one behind the other. */
export function joinedTools(index: TranscriptIndex, added: TranscriptIndex): ToolColumns {
  return {
    id: joined(index.tools.id, added.tools.id),
    name: joined(index.tools.name, added.tools.name),
    isResult: joined(index.tools.isResult, added.tools.isResult),
    record: joined(
      index.tools.record,
      added.tools.record.map((record) => record + index.count),
    ),
  };
}

interface NumberArray extends ArrayLike<number> {
  set(values: ArrayLike<number>, offset?: number): void;
}

/** One array of both, of the kind of the first. */
export function joined<T extends NumberArray>(first: T, second: ArrayLike<number>): T {
  const make = first.constructor as new (length: number) => T;
  const both = new make(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
