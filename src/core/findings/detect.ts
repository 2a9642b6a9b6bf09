import type { ConversationGraph } from '../graph/conversation-graph.ts';
import type { LineProblem } from '../transcript/line-problem.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import { findCycles } from './cycles.ts';
import { describeOrphan } from './describe-orphan.ts';
import type { Finding, FindingCode, Severity } from './finding.ts';
import { findOrphans, type Elsewhere, type Orphan } from './orphans.ts';

const SEVERITY_RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/**
 * All findings of a transcript, most severe first, then by line.
 * @param repairedChain 1 for records a resume would load after all repairs: an orphan on it cuts the session in two
 */
export function detectFindings(graph: ConversationGraph, elsewhere: Elsewhere, repairedChain: Uint8Array): Finding[] {
  const { index } = graph;
  if (isNoSession(index)) return [notASession(index)];
  const findings = [
    ...findOrphans(graph, elsewhere).flatMap((orphan) => orphanFinding(graph, orphan, elsewhere, repairedChain[orphan.record] === 1)),
    ...findCycles(graph).map((record) => cycleFinding(index, record)),
    ...index.problems.map((problem) => lineFinding(index, problem, repairedChain)),
  ];
  return findings.sort((a, b) => SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] || a.line - b.line);
}

/** Whether nothing in the transcript looks like a record of a session. */
export function isNoSession(index: TranscriptIndex): boolean {
  if (index.bytes === 0) return true;
  for (let i = 0; i < index.count; i++) {
    if (index.columns.type[i]! >= 0 && (index.columns.uuid[i]! >= 0 || index.columns.session[i]! >= 0)) return false;
  }
  return index.problems.every((problem) => problem.kind !== 'torn');
}

function notASession(index: TranscriptIndex): Finding {
  const message =
    index.bytes === 0
      ? 'The file is empty.'
      : index.count === 0 || index.problems.length > index.count
        ? 'This is not a session: no line of it is a JSON record.'
        : 'This is not a session: its lines are JSON, but none is a record of a conversation.';
  return {
    id: 'not-a-session:1',
    code: 'not-a-session',
    severity: 'error',
    line: 1,
    uuid: null,
    parentUuid: null,
    message,
    repairable: false,
  };
}

function orphanFinding(graph: ConversationGraph, orphan: Orphan, elsewhere: Elsewhere, cutsOff: boolean): Finding[] {
  if (orphan.cause === 'elsewhere') return [];
  const { index } = graph;
  const uuid = index.uuidText(orphan.record);
  const code = orphanCode(graph, orphan, elsewhere);
  return [
    {
      id: `${code}:${uuid}`,
      code,
      severity: orphan.cause !== 'lost' ? 'info' : cutsOff ? 'error' : 'warning',
      line: index.columns.line[orphan.record]!,
      uuid,
      parentUuid: index.names.text(orphan.missing),
      message: describeOrphan(graph, orphan, elsewhere, cutsOff),
      repairable: orphan.cause === 'lost',
    },
  ];
}

function orphanCode(graph: ConversationGraph, orphan: Orphan, elsewhere: Elsewhere): FindingCode {
  if (orphan.cause === 'sliced') return 'session-sliced';
  if (orphan.cause === 'hook-at-compaction') return 'hook-record-dangling';
  return elsewhere.has(graph.index.names.text(orphan.missing)) ? 'orphan-record-elsewhere' : 'orphan-parent-missing';
}

function cycleFinding(index: TranscriptIndex, record: number): Finding {
  const uuid = index.uuidText(record);
  return {
    id: `parent-cycle:${uuid}`,
    code: 'parent-cycle',
    severity: 'error',
    line: index.columns.line[record]!,
    uuid,
    parentUuid: index.names.text(index.columns.parent[record]!),
    message: 'The parents of this record lead back to itself: nothing before it can be reached.',
    repairable: true,
  };
}

const LINE_FINDINGS: Readonly<Record<LineProblem['kind'], FindingCode>> = {
  unreadable: 'line-unreadable',
  torn: 'line-torn',
  spliced: 'line-spliced',
  concatenated: 'line-concatenated',
  nul: 'line-nul-bytes',
  broken: 'line-broken',
};

function lineFinding(index: TranscriptIndex, problem: LineProblem, repairedChain: Uint8Array): Finding {
  const code = LINE_FINDINGS[problem.kind];
  // A skipped line on the chain cuts it like a missing record.
  const severity = problem.records.some((record) => repairedChain[record] === 1) ? 'error' : 'warning';
  const first = problem.records[0];
  const uuid = first !== undefined && index.columns.uuid[first]! >= 0 ? index.uuidText(first) : null;
  return {
    id: `${code}:${problem.line}`,
    code,
    severity,
    line: problem.line,
    uuid,
    parentUuid: null,
    message: lineMessage(problem),
    repairable: false,
  };
}

function lineMessage(problem: LineProblem): string {
  const saved = problem.records.length;
  const skipped = 'A client skips the whole line; a repaired copy puts each record on a line of its own.';
  switch (problem.kind) {
    case 'unreadable':
      return `This line (${problem.length} bytes) is not a JSON record; a client skips it. Nothing of it can be read.`;
    case 'torn':
      return 'The last record was begun but not finished. A client skips it; it cannot be restored from this file.';
    case 'spliced':
      return `A record of ${problem.lostBytes} bytes was cut off and ${count(saved, 'whole record')} written behind it on the same line. ${skipped}`;
    case 'concatenated':
      return `${count(saved, 'record')} stand on one line, without a line break between them. ${skipped}`;
    case 'broken':
      return `Line breaks that should have been escaped spread this record over lines ${problem.line} to ${problem.lastLine}. A client skips each of them; a repaired copy escapes the line breaks.`;
    case 'nul':
      return saved === 0
        ? `This line holds NUL bytes and no record, as after a power cut. A client skips it.`
        : `NUL bytes stand beside ${count(saved, 'whole record')} on this line, as after a power cut. ${skipped}`;
  }
}

function count(n: number, noun: string): string {
  return n === 1 ? `1 ${noun}` : `${n} ${noun}s`;
}
