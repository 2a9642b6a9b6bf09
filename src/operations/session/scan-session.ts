import { basename } from 'node:path';
import type { Finding, Severity, Suggestion } from '../../core/findings/finding.ts';
import type { ResumeFigures, SessionSummary } from '../../core/session/analysis-types.ts';
import { clientSentence } from '../../core/session/effect-text.ts';
import type { ChainPair, SessionModel } from '../../core/session/model.ts';
import type { Proposal } from '../../core/findings/finding.ts';
import type { Run } from '../operation.ts';
import { SessionRefused } from './refusal.ts';

/** One session as a scan reports it. Scripts rely on every name here. */
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

/** What came of one file: its report, and besides it what only people are told. */
export interface Scanned {
  readonly report: SessionReport;
  /** Best proposal of each finding, at its index. */
  readonly best: readonly (Proposal | null)[];
  /** What today's client loads, where that differs; a sentence for people. */
  readonly client: string;
  /** Why the file could not be read at all. */
  readonly failure: SessionRefused | null;
}

/** A session that was read, as a scan asks for it. */
export interface ScannedSession extends Pick<SessionModel, 'summary' | 'findings' | 'chain'> {
  /** Proposals for all findings, by finding id, best first. */
  proposals(): Promise<ReadonlyMap<string, readonly Proposal[]>>;
}

export interface ScanInput {
  /** Absolute paths of the sessions' files. */
  readonly paths: readonly string[];
  /** Whether to list the messages that a resume loads. */
  readonly withChain: boolean;
}

export interface ScanPorts {
  /** Reads a session. Rejects with SessionRefused `unreadable`. */
  open(path: string): Promise<ScannedSession>;
}

/**
 * Says of sessions what is broken in them and what a resume loads, now and after repair. Changes nothing.
 * @param run told how many were scanned before each of them
 */
export async function scanSessions({ paths, withChain }: ScanInput, ports: ScanPorts, run: Run = {}): Promise<Scanned[]> {
  const scanned: Scanned[] = [];
  for (const path of paths) {
    if (run.signal?.aborted === true) break;
    run.onProgress?.(scanned.length, paths.length);
    scanned.push(await scanFile(path, withChain, ports));
  }
  return scanned;
}

async function scanFile(path: string, withChain: boolean, ports: ScanPorts): Promise<Scanned> {
  try {
    return await scanReadable(path, withChain, await ports.open(path));
  } catch (error) {
    if (!(error instanceof SessionRefused)) throw error;
    return { report: unreadableReport(path, error, withChain), best: [null], client: '', failure: error };
  }
}

async function scanReadable(path: string, withChain: boolean, session: ScannedSession): Promise<Scanned> {
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

function unreadableReport(path: string, failure: SessionRefused, withChain: boolean): SessionReport {
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
