import { IndexBuilder } from './index-builder.ts';
import { joinedColumns, joinedTools, type Join } from './join-columns.ts';
import { KIND } from './record-kinds.ts';
import { movedQueueNotes } from './notes/queue.ts';
import { movedRemarks } from './notes/remarks.ts';
import { TranscriptIndex } from './transcript-index.ts';

const NEWLINE = 0x0a;
/** A record that raw line breaks spread over lines, begun within so many last lines, might go on in what was appended. */
const OPEN_LINES = 1000;

/** Whether lines can be added to the index as if it had been made of all at once: its end is the end of a sound line. */
export function canGrow({ bytes, lines, endsWithNewline, problems, encoding }: TranscriptIndex): boolean {
  return encoding === 'utf-8' && bytes > 0 && endsWithNewline && (problems.at(-1)?.lastLine ?? -OPEN_LINES) <= lines - OPEN_LINES;
}

/**
 * The index of a transcript that has grown. Names are added to the table that both share, so the older index stays usable.
 * @param index one that can grow, without insertions
 * @param bytes what stands behind its last byte; the last line may lack its newline
 * @param join how the columns of both are put together
 */
export function withAppended(index: TranscriptIndex, bytes: Uint8Array, join: Join): TranscriptIndex {
  const builder = new IndexBuilder(index.format, index.names, index.words);
  builder.continueFrom(lastUuid(index));
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
    builder.addLine(bytes, start, end, index.bytes + start, false);
    start = end + 1;
  }
  if (start < bytes.length) builder.addLine(bytes, start, bytes.length, index.bytes + start, true);
  const added = builder.finish(index.bytes + bytes.length, false, start === bytes.length);
  return new TranscriptIndex({
    format: index.format,
    bytes: added.bytes,
    lines: index.lines + added.lines,
    count: index.count + added.count,
    columns: joinedColumns(index, { ...added.columns, line: added.columns.line.map((line) => line + index.lines) }, join),
    tools: joinedTools(index, added, join),
    names: index.names,
    words: index.words,
    problems: [
      ...index.problems,
      ...added.problems.map((problem) => ({
        ...problem,
        line: problem.line + index.lines,
        lastLine: problem.lastLine + index.lines,
        records: problem.records.map((record) => record + index.count),
      })),
    ],
    preserved: [...index.preserved, ...added.preserved.map((kept) => ({ ...kept, boundary: kept.boundary + index.count }))],
    compactions: [
      ...index.compactions,
      ...added.compactions.map((compaction) => ({ ...compaction, boundary: compaction.boundary + index.count })),
    ],
    summaries: [...index.summaries, ...added.summaries.map((summary) => ({ ...summary, record: summary.record + index.count }))],
    pins: [...index.pins, ...added.pins.map((pin) => ({ ...pin, record: pin.record + index.count }))],
    errorReports: [...index.errorReports, ...added.errorReports.map((report) => ({ ...report, record: report.record + index.count }))],
    queue: [...index.queue, ...movedQueueNotes(added.queue, index.count)],
    lastPrompt: added.lastPrompt ?? index.lastPrompt,
    remarks: added.remarks.length === 0 ? index.remarks : [...index.remarks, ...movedRemarks(added.remarks, index.count)],
    encoding: index.encoding,
    hasBom: index.hasBom,
    endsWithNewline: added.endsWithNewline,
    version: added.version >= 0 ? added.version : index.version,
    branch: added.branch >= 0 ? added.branch : index.branch,
    writers: [...new Set([...index.writers, ...added.writers])],
    insertions: [],
  });
}

/** uuid of the last record that takes part in the graph; -1. */
function lastUuid({ count, columns }: TranscriptIndex): number {
  let last = count - 1;
  while (last >= 0 && columns.kind[last] === KIND.meta) last--;
  return last < 0 ? -1 : columns.uuid[last]!;
}
