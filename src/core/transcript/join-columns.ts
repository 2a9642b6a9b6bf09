import type { RecordColumns, ToolColumns, TranscriptIndex } from './transcript-index.ts';

/** Puts one array behind another. */
export type Join = typeof joined;

/** The columns of two indices that share their names, one behind the other; offsets and lines stay as they are. */
export function joinedColumns(index: TranscriptIndex, added: RecordColumns, join: Join = joined): RecordColumns {
  const columns: Record<string, ArrayLike<number>> = {};
  for (const name of Object.keys(index.columns) as (keyof RecordColumns)[]) {
    if (name !== 'toolStart' && ArrayBuffer.isView(index.columns[name])) columns[name] = join(index.columns[name], added[name]);
  }
  const tools = index.tools.id.length;
  // The entry behind the last record of the one is that of the first record of the other.
  const toolStart = join(
    index.columns.toolStart,
    added.toolStart.subarray(1).map((start) => start + tools),
  );
  return { ...(columns as unknown as RecordColumns), toolStart };
}

/** The tool columns of two indices, one behind the other. */
export function joinedTools(index: TranscriptIndex, added: TranscriptIndex, join: Join = joined): ToolColumns {
  return {
    id: join(index.tools.id, added.tools.id),
    name: join(index.tools.name, added.tools.name),
    isResult: join(index.tools.isResult, added.tools.isResult),
    record: join(
      index.tools.record,
      added.tools.record.map((record) => record + index.count),
    ),
  };
}

interface NumberArray extends ArrayLike<number> {
  readonly buffer: ArrayBufferLike;
  readonly BYTES_PER_ELEMENT: number;
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

/** Of buffers with room behind what is in them: how many entries are taken. */
const taken = new WeakMap<ArrayBufferLike, number>();

/**
 * Like `joined`, for an array that grows again and again: it gets room for more, and only what is added is written. The shorter array
 * stays as it is; of two that are made of the same one, the second gets a buffer of its own.
 */
export function grown<T extends NumberArray>(first: T, second: ArrayLike<number>): T {
  const length = first.length + second.length;
  const make = first.constructor as new (buffer: ArrayBufferLike, start: number, length: number) => T;
  const hasRoom = taken.get(first.buffer) === first.length && length * first.BYTES_PER_ELEMENT <= first.buffer.byteLength;
  const { buffer } = hasRoom ? first : joined(first, new Uint8Array(second.length + (length >> 3) + 1024));
  const both = new make(buffer, 0, length);
  both.set(second, first.length);
  taken.set(buffer, length);
  return both;
}
