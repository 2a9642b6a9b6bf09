import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { ON_DAMAGED_LINE } from '../graph/hidden-records.ts';
import { LARGE_BYTES } from '../loaders/claude-code/kept-records.ts';
import type { LineProblem } from '../transcript/lines/line-problem.ts';
import { isMessage } from '../transcript/record-kinds.ts';
import type { Diagnosis, FindingCode, ScoredAction } from './finding.ts';

const LINE_FINDINGS: Readonly<Record<LineProblem['kind'], FindingCode>> = {
  unreadable: 'line-unreadable',
  torn: 'line-torn',
  spliced: 'line-spliced',
  concatenated: 'line-concatenated',
  nul: 'line-nul-bytes',
  broken: 'line-broken',
  spread: 'line-spread',
  escapes: 'line-escapes',
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
  const isMostLost = losesMost(graph);
  return [
    ...encoding(graph),
    ...byteOrderMark(graph),
    ...open.map((problem) => lineProblem(graph, problem, repairedChain, isMostLost)),
    ...oversized(graph),
  ];
}

/** Whether nothing would be left of most lines, or of the conversation, where those without records are left out. */
function losesMost({ index }: ConversationGraph): boolean {
  const unreadable = index.problems.filter((problem) => problem.records.length === 0).length;
  return unreadable > index.count || !index.columns.kind.subarray(0, index.fileCount).some(isMessage);
}

function lineProblem(graph: ConversationGraph, problem: LineProblem, repairedChain: Uint8Array, isMostLost: boolean): Diagnosis {
  const code = LINE_FINDINGS[problem.kind];
  // A skipped line on the chain cuts it like a missing record, unless its records stand elsewhere too.
  const isLost = (record: number): boolean => repairedChain[record] === 1 && !graph.isSeen(graph.recordNamed(graph.index.uuidText(record)));
  const severity = !isRead(graph, problem) && problem.records.some(isLost) ? 'error' : 'warning';
  const uuid = uuidOn(graph, problem);
  return {
    finding: {
      id: `${code}:${problem.line}`,
      code,
      severity,
      line: problem.line,
      uuid,
      parentUuid: null,
      message: lineMessage(graph, problem),
      repairable: true,
    },
    actions: problem.records.length > 0 ? [takenApart(problem, uuid)] : [leftOut(problem.line, isMostLost)],
  };
}

function uuidOn(graph: ConversationGraph, problem: LineProblem): string | null {
  const named = problem.records.find((record) => graph.index.columns.uuid[record]! >= 0);
  return named === undefined ? null : graph.index.uuidText(named);
}

function split(line: number, uuid: string | null, reason: string): ScoredAction {
  return { action: { kind: 'split', line, uuid }, score: 0.99, confidence: 'high', reasons: [reason] };
}

function takenApart(problem: LineProblem, uuid: string | null): ScoredAction {
  const sure = split(problem.line, uuid, splitReason(problem));
  if (!problem.isGuess) return sure;
  const doubt = 'An escape beside it may have been a backslash and a letter: compare the text before you use it.';
  return { ...sure, score: 0.8, confidence: 'medium', reasons: [...sure.reasons, doubt] };
}

function leftOut(line: number, isMostLost: boolean): ScoredAction {
  const reason = 'A repaired copy leaves these bytes out; they stay in the file itself. What a resume loads does not change.';
  const most = 'Most of the file would be left out: look for another copy of it first.';
  return {
    action: { kind: 'quarantine', lines: [[line, line]], uuid: null },
    score: isMostLost ? 0.2 : 0.9,
    confidence: isMostLost ? 'low' : 'high',
    reasons: isMostLost ? [most, reason] : [reason],
  };
}

function splitReason(problem: LineProblem): string {
  if (problem.kind === 'broken') return 'A repaired copy escapes the line breaks; nothing else of the record changes.';
  if (problem.kind === 'spread' && problem.lostBytes === 0)
    return 'A repaired copy gives each record one line; nothing but the white space between its values changes.';
  if (problem.kind === 'escapes') return 'A repaired copy writes these characters as JSON does; nothing else changes.';
  const saved = count(problem.records.length, 'whole record');
  return problem.lostBytes === 0
    ? `A repaired copy gives ${saved} a line of ${problem.records.length === 1 ? 'its' : 'their'} own; no byte of them changes.`
    : `A repaired copy gives ${saved} a line of ${problem.records.length === 1 ? 'its' : 'their'} own and leaves out the bytes that belong to none; the file itself keeps them.`;
}

/** Whether today's client reads the records all the same. */
function isRead({ index }: ConversationGraph, problem: LineProblem): boolean {
  return problem.kind === 'spread' && index.bytes <= LARGE_BYTES;
}

function lineMessage(graph: ConversationGraph, problem: LineProblem): string {
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
    case 'spread': {
      const subject = saved === 1 ? 'This record stands' : `${saved} records stand`;
      return `${subject} on several lines${saved === 1 ? '' : ' each'}, up to line ${problem.lastLine}. ${
        isRead(graph, problem)
          ? 'Claude Code reads them in a file of up to 5 MiB; programs that read line by line do not.'
          : 'In a file of more than 5 MiB no client reads them.'
      }`;
    }
    case 'escapes': {
      const subject = saved === 1 ? 'This record is' : `${saved} records, up to line ${problem.lastLine}, are`;
      return `${subject} whole, but single backslashes or control characters stand in the text, as after a replacement in the whole file. A client skips ${saved === 1 ? 'the line' : 'the lines'}.`;
    }
    case 'nul':
      return saved === 0
        ? `This line holds NUL bytes and no record, as after a power cut. A client skips it.`
        : `NUL bytes stand beside ${count(saved, 'whole record')} on this line, as after a power cut. ${skipped}`;
  }
}

/** Clients read UTF-8 and nothing else. */
function encoding({ index, hidden }: ConversationGraph): Diagnosis[] {
  if (index.encoding === 'utf-8' || index.fileCount === 0 || hidden[index.fileCount - 1] !== ON_DAMAGED_LINE) return [];
  const finding = {
    id: 'file-encoding:1',
    code: 'file-encoding',
    severity: 'error',
    line: 1,
    uuid: null,
    parentUuid: null,
    message: `The file was saved in UTF-16, as Windows PowerShell does. No client reads any of its ${count(index.fileCount, 'record')}.`,
    repairable: true,
  } as const;
  return [{ finding, actions: [split(1, null, 'A repaired copy is written in UTF-8; no character of it changes.')] }];
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
