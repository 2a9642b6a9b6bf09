import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { ON_DAMAGED_LINE } from '../graph/hidden-records.ts';
import type { LineProblem } from '../transcript/lines/line-problem.ts';
import type { Diagnosis, FindingCode, ScoredAction } from './finding.ts';

const LINE_FINDINGS: Readonly<Record<LineProblem['kind'], FindingCode>> = {
  unreadable: 'line-unreadable',
  torn: 'line-torn',
  spliced: 'line-spliced',
  concatenated: 'line-concatenated',
  nul: 'line-nul-bytes',
  broken: 'line-broken',
};

/** A line from which more bytes than this are read is slow in every client. Bytes. */
export const OVERSIZE = 8 * 1024 * 1024;

/**
 * Damaged lines that no repair in force takes apart, and what else is wrong with the bytes of the file.
 * @param repairedChain 1 for records a resume would load after all repairs
 */
export function findLineProblems(graph: ConversationGraph, repairedChain: Uint8Array): Diagnosis[] {
  const { problems } = graph.index;
  const isOpen = (problem: LineProblem): boolean =>
    problem.records.length === 0
      ? !graph.isLeftOut(problem.line)
      : problem.records.some((record) => graph.hidden[record] === ON_DAMAGED_LINE);
  const open = problems.filter(isOpen);
  return [...byteOrderMark(graph), ...open.map((problem) => lineProblem(graph, problem, repairedChain)), ...oversized(graph)];
}

function lineProblem(graph: ConversationGraph, problem: LineProblem, repairedChain: Uint8Array): Diagnosis {
  const code = LINE_FINDINGS[problem.kind];
  // A skipped line on the chain cuts it like a missing record, unless its records stand elsewhere too.
  const isLost = (record: number): boolean => repairedChain[record] === 1 && !graph.isSeen(graph.recordNamed(graph.index.uuidText(record)));
  const severity = problem.records.some(isLost) ? 'error' : 'warning';
  const uuid = uuidOn(graph, problem);
  return {
    finding: {
      id: `${code}:${problem.line}`,
      code,
      severity,
      line: problem.line,
      uuid,
      parentUuid: null,
      message: lineMessage(problem),
      repairable: true,
    },
    actions: problem.records.length > 0 ? [split(problem.line, uuid, splitReason(problem))] : [leftOut(problem.line)],
  };
}

function uuidOn(graph: ConversationGraph, problem: LineProblem): string | null {
  const named = problem.records.find((record) => graph.index.columns.uuid[record]! >= 0);
  return named === undefined ? null : graph.index.uuidText(named);
}

function split(line: number, uuid: string | null, reason: string): ScoredAction {
  return { action: { kind: 'split', line, uuid }, score: 0.99, confidence: 'high', reasons: [reason] };
}

function leftOut(line: number): ScoredAction {
  return {
    action: { kind: 'quarantine', lines: [[line, line]], uuid: null },
    score: 0.9,
    confidence: 'high',
    reasons: ['A repaired copy leaves these bytes out; they stay in the file itself. What a resume loads does not change.'],
  };
}

function splitReason(problem: LineProblem): string {
  if (problem.kind === 'broken') return 'A repaired copy escapes the line breaks; nothing else of the record changes.';
  const saved = count(problem.records.length, 'whole record');
  return problem.lostBytes === 0
    ? `A repaired copy gives ${saved} a line of ${problem.records.length === 1 ? 'its' : 'their'} own; no byte of them changes.`
    : `A repaired copy gives ${saved} a line of ${problem.records.length === 1 ? 'its' : 'their'} own and leaves out the bytes that belong to none; the file itself keeps them.`;
}

function lineMessage(problem: LineProblem): string {
  const saved = problem.records.length;
  const skipped = 'A client skips the whole line.';
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
      return `Line breaks that should have been escaped spread this record over lines ${problem.line} to ${problem.lastLine}. A client skips each of them.`;
    case 'nul':
      return saved === 0
        ? `This line holds NUL bytes and no record, as after a power cut. A client skips it.`
        : `NUL bytes stand beside ${count(saved, 'whole record')} on this line, as after a power cut. ${skipped}`;
  }
}

/** Clients read the mark as part of the first line, which then does not parse. */
function byteOrderMark(graph: ConversationGraph): Diagnosis[] {
  const { index } = graph;
  if (!index.hasBom || graph.hidden[0] !== ON_DAMAGED_LINE || index.columns.line[0] !== 1) return [];
  if (index.problems.some((problem) => problem.line === 1)) return [];
  const uuid = index.columns.uuid[0]! < 0 ? null : index.uuidText(0);
  const finding = {
    id: 'byte-order-mark:1',
    code: 'byte-order-mark',
    severity: 'info',
    line: 1,
    uuid,
    parentUuid: null,
    message: 'The file starts with a byte order mark, for which a client skips its first line.',
    repairable: true,
  } as const;
  return [{ finding, actions: [split(1, uuid, 'A repaired copy is written without the mark; nothing else changes.')] }];
}

function oversized(graph: ConversationGraph): Diagnosis[] {
  const { index } = graph;
  const found: Diagnosis[] = [];
  for (let i = 0; i < index.fileCount; i++) {
    const length = index.columns.length[i]!;
    if (length <= OVERSIZE) continue;
    const message = `This record has ${Math.round(length / 1024 / 1024)} MB. Clients are slow with it, and some refuse it; nothing of it is damaged.`;
    const uuid = index.columns.uuid[i]! < 0 ? null : index.uuidText(i);
    const line = index.columns.line[i]!;
    found.push({
      finding: {
        id: `line-oversize:${line}`,
        code: 'line-oversize',
        severity: 'info',
        line,
        uuid,
        parentUuid: null,
        message,
        repairable: false,
      },
      actions: [],
    });
  }
  return found;
}

function count(n: number, noun: string): string {
  return n === 1 ? `1 ${noun}` : `${n} ${noun}s`;
}
