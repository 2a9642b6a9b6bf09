import type { Finding, Severity, Suggestion } from '../../core/findings/finding.ts';
import { nameOf, primaryLoader, type LoaderId, type LoaderName, type Loaders } from '../../core/loaders/loader.ts';
import type { LoaderFigures, ResumeFigures } from '../../core/loaders/resume-figures.ts';
import type { SessionSummary } from '../../core/session/analysis-types.ts';
import { othersSentence } from '../../core/session/effect-text.ts';
import type { ChainPair } from '../../core/judge/judgement.ts';
import type { SessionModel } from '../../core/session/model.ts';
import type { Proposal } from '../../core/findings/finding.ts';
import type { Run } from '../operation.ts';
import { SessionRefused } from './refusal.ts';

/** One session as a scan reports it. Scripts rely on every name here. */
export interface SessionReport extends Pick<SessionSummary, 'path' | 'sessionId' | 'bytes' | 'lines' | 'records' | 'messages' | 'tokens'> {
  /** Messages that the primary loader loads; `chain` lists them in order where that was asked for. */
  readonly resume: Pick<ResumeFigures, 'now' | 'repaired' | 'total'> & {
    readonly loader: LoaderReference;
    readonly chain?: ChainPair;
  };
  /** The same by every loader, in the order of the list. */
  readonly loaders: readonly LoaderReport[];
  readonly findings: readonly FindingReport[];
}

/** A loader as documents name it. */
export type LoaderReference = Pick<LoaderName, 'id' | 'version'>;

export interface LoaderReport extends Pick<LoaderFigures, 'now' | 'repaired'> {
  readonly id: LoaderId;
  readonly total: number;
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
  /** What the figures are of. */
  readonly loader: LoaderName;
  /** What other loaders load, where that differs; sentences for people. */
  readonly others: string;
  /** Why the file could not be read at all. */
  readonly failure: SessionRefused | null;
}

/** A session that was read, as a scan asks for it. */
export type ScannedSession = Pick<SessionModel, 'judgement'>;

export interface ScanInput {
  /** Absolute paths of the sessions' files. */
  readonly paths: readonly string[];
  /** Whether to list the messages that a resume loads. */
  readonly withChain: boolean;
}

export interface ScanPorts {
  /** Reads a session. Rejects with SessionRefused `unreadable`. */
  open(path: string): Promise<ScannedSession>;
  /** What the sessions are judged by. */
  readonly loaders: Loaders;
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
    return await scanReadable(path, withChain, await ports.open(path), ports.loaders);
  } catch (error) {
    if (!(error instanceof SessionRefused)) throw error;
    const report = unreadableReport(path, error, ports.loaders, withChain);
    return { report, best: [null], loader: nameOf(primaryLoader(ports.loaders)), others: '', failure: error };
  }
}

async function scanReadable(path: string, withChain: boolean, session: ScannedSession, loaders: Loaders): Promise<Scanned> {
  const { sessionId, bytes, lines, records, messages, tokens, resume } = await session.judgement.summary();
  const findings = await session.judgement.findings();
  const proposals = await session.judgement.proposals();
  const of = (finding: Finding): readonly Proposal[] => proposals.get(finding.id) ?? [];
  const chain = withChain ? { chain: (await session.judgement.loadedChains()).get(resume.loader.id) ?? NOTHING } : {};
  const report: SessionReport = {
    path,
    sessionId,
    bytes,
    lines,
    records,
    messages,
    tokens,
    resume: {
      loader: referenceTo(resume.loader),
      now: resume.now,
      repaired: resume.repaired,
      total: resume.total,
      ...chain,
    },
    loaders: loaders.list.map(({ id }) => loaderReport(id, resume)),
    findings: findings.map((finding) => findingReport(finding, of(finding))),
  };
  const best = findings.map((finding) => of(finding)[0] ?? null);
  return { report, best, loader: resume.loader, others: othersSentence(resume), failure: null };
}

const NOTHING: ChainPair = { now: [], repaired: [] };

export function referenceTo({ id, version }: LoaderName): LoaderReference {
  return { id, version };
}

function loaderReport(id: LoaderId, resume: ResumeFigures): LoaderReport {
  const { now, repaired } = resume.others.find(({ loader }) => loader.id === id) ?? resume;
  return { id, now, repaired, total: resume.total };
}

function findingReport(finding: Finding, proposals: readonly Proposal[]): FindingReport {
  const { code, severity, line, uuid, message } = finding;
  return { code, severity, line, uuid, message, suggestions: proposals.map(suggestionReport) };
}

function suggestionReport({ kind, newParent, score, confidence, reasons }: Proposal): SuggestionReport {
  // Sums of tenths come out as 0.30000000000000004.
  return { kind, newParent, score: Number(score.toFixed(3)), confidence, reasons };
}

function unreadableReport(path: string, failure: SessionRefused, loaders: Loaders, withChain: boolean): SessionReport {
  const chain = withChain ? { chain: NOTHING } : {};
  return {
    path,
    sessionId: (path.split(/[/\\]/).at(-1) ?? path).replace(/\.jsonl$/i, ''),
    bytes: 0,
    lines: 0,
    records: 0,
    messages: 0,
    tokens: { input: 0, cacheWrite: 0, cacheRead: 0, output: 0 },
    resume: { loader: referenceTo(nameOf(primaryLoader(loaders))), now: 0, repaired: 0, total: 0, ...chain },
    loaders: loaders.list.map(({ id }) => ({ id, now: 0, repaired: 0, total: 0 })),
    findings: [{ code: 'not-a-session', severity: 'error', line: 1, uuid: null, message: failure.message, suggestions: [] }],
  };
}

/** Whether findings of severity error or warning remain. */
export function needsAttention(findings: readonly { readonly severity: Severity }[]): boolean {
  return findings.some((finding) => finding.severity !== 'info');
}
