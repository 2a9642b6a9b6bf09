import { IndexBuilder } from './index-builder.ts';
import { joinedColumns, joinedTools } from './join-columns.ts';
import { movedRemarks } from './notes/remarks.ts';
import { type Insertion, TranscriptIndex } from './transcript-index.ts';

/**
 * The index with records that are not in the file behind those that are; they have the line of the record they stand behind.
 * Names are added to the index's own table, so ids of the two are the same.
 * @param index of a file, without insertions
 */
export function withInserted(index: TranscriptIndex, insertions: readonly Insertion[]): TranscriptIndex {
  if (insertions.length === 0) return index;
  const builder = new IndexBuilder(index.format, index.names, index.words);
  for (const { bytes, after } of insertions) {
    builder.continueFrom(index.columns.uuid[after] ?? -1);
    builder.addLine(bytes, 0, bytes.length, 0, false);
  }
  const added = builder.finish(0, false, true);
  if (added.count !== insertions.length) throw new RangeError('an inserted record is not one JSON object');
  return new TranscriptIndex({
    ...partsOf(index),
    count: index.count + added.count,
    columns: joinedColumns(index, { ...added.columns, line: Uint32Array.from(insertions, ({ after }) => index.columns.line[after] ?? 1) }),
    tools: joinedTools(index, added),
    remarks: [...index.remarks, ...movedRemarks(added.remarks, index.count)],
    insertions,
  });
}

/** What stays as it is in the file. */
function partsOf(index: TranscriptIndex) {
  const { format, bytes, lines, names, words, problems, preserved, compactions, summaries, pins, errorReports, queue, lastPrompt } = index;
  const { encoding, hasBom, endsWithNewline, version, branch, writers } = index;
  return {
    format,
    bytes,
    lines,
    names,
    words,
    problems,
    preserved,
    compactions,
    summaries,
    pins,
    errorReports,
    queue,
    lastPrompt,
    encoding,
    hasBom,
    endsWithNewline,
    version,
    branch,
    writers,
  };
}
