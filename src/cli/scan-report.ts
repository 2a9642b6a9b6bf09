import { basename } from 'node:path';
import type { Finding, Severity, Suggestion } from '../core/findings/finding.ts';
import type { ResumeFigures, SessionSummary } from '../core/session/analysis-types.ts';
import type { ChainPair } from '../core/session/model.ts';
import { clientSentence } from '../core/session/effect-text.ts';
import type { Proposal } from '../core/findings/finding.ts';
import { CliFailure } from './failure.ts';
import { openSession } from './open-session.ts';

/** One session as `riff scan --json` prints it. Scripts rely on every name here. */
export interface SessionReport extends Pick<SessionSummary, 'path' | 'sessionId' | 'bytes' | 'lines' | 'records' | 'messages' | 'tokens'> {
  /** Messages a resume loads; `chain` lists them where that was asked for. */
  readonly resume: Pick<ResumeFigures, 'now' | 'repaired' | 'total'> & {
    /** What today's client sends, in order. */
    readonly chain?: ChainPair;
  };
  readonly findings: readonly FindingReport[];
}

export interface FindingReport extends Pick<Finding, 'code' | 'severity' | 'line' | 'uuid' | 'message'> {
  readonly suggestions: readonly SuggestionReport[];
}

export type SuggestionReport = Pick<Suggestion, 'kind' | 'newParent' | 'score' | 'confidence' | 'reasons'>;

/** What came of one file. `lines` of the suggestions' parents are for people; they are no part of the JSON. */
export interface Scanned {
  readonly report: SessionReport;
  /** Best proposal of each finding, at its index. */
  readonly best: readonly (Proposal | null)[];
  /** What today's client loads, where that differs; a sentence for people. */
  readonly client: string;
  /** Why the file could not be read at all. */
  readonly failure: CliFailure | null;
}

/** @param path absolute; @param withChain whether to list the records that a resume loads */
export async function scanFile(path: string, withChain: boolean): Promise<Scanned> {
  try {
    return await scanReadable(path, withChain);
  } catch (error) {
    if (error instanceof CliFailure) return { report: unreadableReport(path, error, withChain), best: [null], client: '', failure: error };
    throw error;
  }
}

async function scanReadable(path: string, withChain: boolean): Promise<Scanned> {
  const session = await openSession(path);
  const { sessionId, bytes, lines, records, messages, tokens, resume } = await session.summary();
  const findings = await session.findings();
  const proposals = await session.proposals();
  const of = (finding: Finding): readonly Proposal[] => proposals.get(finding.id) ?? [];
  const chain = withChain ? { chain: (await session.chain()).client } : {};
  const report: SessionReport = {
    path,
    sessionId,
    bytes,
    lines,
    records,
    messages,
    tokens,
    resume: {
      now: resume.now,
      repaired: resume.repaired,
      total: resume.total,
      ...chain,
    },
    findings: findings.map((finding) => findingReport(finding, of(finding))),
  };
  return { report, best: findings.map((finding) => of(finding)[0] ?? null), client: clientSentence(resume), failure: null };
}

function findingReport(finding: Finding, proposals: readonly Proposal[]): FindingReport {
  const { code, severity, line, uuid, message } = finding;
  return { code, severity, line, uuid, message, suggestions: proposals.map(suggestionReport) };
}

function suggestionReport({ kind, newParent, score, confidence, reasons }: Proposal): SuggestionReport {
  // Sums of tenths come out as 0.30000000000000004.
  return { kind, newParent, score: Number(score.toFixed(3)), confidence, reasons };
}

function unreadableReport(path: string, failure: CliFailure, withChain: boolean): SessionReport {
  const none: ChainPair = { now: [], repaired: [] };
  const chain = withChain ? { chain: none } : {};
  return {
    path,
    sessionId: basename(path).replace(/\.jsonl$/i, ''),
    bytes: 0,
    lines: 0,
    records: 0,
    messages: 0,
    tokens: { input: 0, cacheWrite: 0, cacheRead: 0, output: 0 },
    resume: { now: 0, repaired: 0, total: 0, ...chain },
    findings: [{ code: 'not-a-session', severity: 'error', line: 1, uuid: null, message: failure.message, suggestions: [] }],
  };
}

/** Whether findings of severity error or warning remain. */
export function needsAttention(findings: readonly { readonly severity: Severity }[]): boolean {
  return findings.some((finding) => finding.severity !== 'info');
}
