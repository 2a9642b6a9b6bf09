import type { Finding, ResumeEffect, Suggestion } from '../findings/finding.ts';
import { isNoSession } from '../findings/detect.ts';
import { findOrphans, type Elsewhere } from '../findings/orphans.ts';
import { ConversationGraph } from '../graph/conversation-graph.ts';
import { resumeChain } from '../graph/resume.ts';
import type { TranscriptFingerprint } from '../log/event.ts';
import type { MessageRow, SessionRow } from '../log/store.ts';
import { copyPatch, inPlacePatch, type BytePatch } from '../patch/repaired-copy.ts';
import type { CopyExpectation } from '../patch/verify-copy.ts';
import { locateValues } from '../patch/locate.ts';
import { linkCandidates, overridesOf, type PlannedLink } from '../repair/plan.ts';
import type { Candidate } from '../repair/candidates.ts';
import { readRecords } from '../transcript/read-records.ts';
import { readTranscript } from '../transcript/read-transcript.ts';
import { KIND } from '../transcript/record-kinds.ts';
import type { ByteSource } from '../transcript/source.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import type { GraphRow, ParentOverrides, PlannedRepair, RecordDetail, RepairPlan, SessionSummary } from './analysis-types.ts';
import { messageRows, sessionRow } from './sync-rows.ts';
import type { CopyPatch, Overview, RowFilter, SessionModel } from './model.ts';
import { nextRow } from './navigate.ts';
import { overviewOf } from './overview.ts';
import { proposal, proposalsOf, proposedRepairs, type Proposal, type ProposedRepair } from './proposals.ts';
import { recordDetail } from './record-detail.ts';
import { readRows } from './rows.ts';
import { findElsewhere, type SiblingFinder } from './siblings.ts';
import { deriveState, type SessionState } from './state.ts';
import { summaryOf } from './summary.ts';

/** A SHA-256 that takes bytes piece by piece; a port, because each host has its own. */
export interface Sha256Stream {
  update(bytes: Uint8Array): void;
  /** Lower-case hex. */
  digest(): string;
}

/** What an analysis needs from outside. */
export interface AnalysisPorts {
  readonly source: ByteSource;
  readonly siblings: SiblingFinder;
  sha256(): Sha256Stream;
  /** Milliseconds since 1970. */
  now(): number;
}

const CONFIDENCE_RANK = { low: 0, medium: 1, high: 2 } as const;

/**
 * One session, indexed and analysed. Opening reads the transcript once; afterwards only the records that are shown are read.
 */
export class SessionAnalysis implements SessionModel {
  private readonly ports: AnalysisPorts;
  private state: SessionState;
  private known: { readonly fingerprint: TranscriptFingerprint; readonly index: TranscriptIndex } | null = null;

  private constructor(ports: AnalysisPorts, state: SessionState) {
    this.ports = ports;
    this.state = state;
  }

  /** Rejects when the source cannot be read; whatever its bytes are, they are no error. */
  static async open(ports: AnalysisPorts, overrides: ParentOverrides = {}): Promise<SessionAnalysis> {
    const index = await readTranscript(ports.source);
    return new SessionAnalysis(ports, deriveState(index, overrides, await elsewhereOf(index, ports.siblings)));
  }

  async summary(): Promise<SessionSummary> {
    return Promise.resolve(summaryOf(this.state, this.ports.source.name));
  }

  async findings(): Promise<readonly Finding[]> {
    return Promise.resolve(this.state.findings);
  }

  async suggestions(findingId: string): Promise<readonly Suggestion[]> {
    const record = this.recordOf(this.state.findings.find((finding) => finding.id === findingId));
    if (record < 0) return Promise.resolve([]);
    const { graph, pairs } = this.state;
    return Promise.resolve(linkCandidates(graph, pairs, record).map((candidate) => this.suggestion(record, candidate)));
  }

  async rows(start: number, count: number): Promise<readonly GraphRow[]> {
    const { rows } = this.state;
    const from = Math.min(Math.max(0, start), rows.length);
    return readRows(this.ports.source, this.state, from, Math.min(rows.length, from + count));
  }

  async overview(buckets: number): Promise<Overview> {
    return Promise.resolve(overviewOf(this.state, buckets));
  }

  async record(uuid: string): Promise<RecordDetail | null> {
    const record = this.state.graph.recordNamed(uuid);
    return record < 0 ? null : recordDetail(this.ports.source, this.state, record);
  }

  async rowOf(uuid: string): Promise<number | null> {
    const record = this.state.graph.recordNamed(uuid);
    return Promise.resolve(record < 0 ? null : this.state.rowOfRecord[record]!);
  }

  async rowOfLine(line: number): Promise<number | null> {
    const { rows, index } = this.state;
    const row = rows.findIndex((record) => index.columns.line[record] === line);
    return Promise.resolve(row < 0 ? null : row);
  }

  async nextRow(from: number, direction: 1 | -1, filter: RowFilter): Promise<number | null> {
    return Promise.resolve(nextRow(this.state, from, direction, filter));
  }

  async parentColumns(line: number): Promise<{ readonly start: number; readonly end: number } | null> {
    const { index, rows } = this.state;
    const record = rows.find((candidate) => index.columns.line[candidate] === line);
    if (record === undefined) return null;
    const [bytes] = await readRecords(this.ports.source, index, [record], Number.POSITIVE_INFINITY);
    const place = locateValues(bytes!, ['parentUuid']).get('parentUuid');
    if (place === undefined) return null;
    const decoder = new TextDecoder();
    const start = decoder.decode(bytes!.subarray(0, place.start)).length;
    return { start, end: start + decoder.decode(bytes!.subarray(place.start, place.end)).length };
  }

  async plan(minimum: 'high' | 'medium' | 'low'): Promise<RepairPlan> {
    const links = this.state.links.filter((link) => CONFIDENCE_RANK[link.candidate.confidence] >= CONFIDENCE_RANK[minimum]);
    const repairs = links.flatMap((link) => this.plannedRepair(link));
    const effect = await this.simulate(Object.fromEntries(repairs.map(({ finding, suggestion }) => [finding.uuid!, suggestion.newParent])));
    return { repairs, effect };
  }

  async simulate(overrides: ParentOverrides): Promise<ResumeEffect> {
    return Promise.resolve(this.effectOf(overrides));
  }

  async chain(): Promise<{ readonly now: readonly string[]; readonly repaired: readonly string[] }> {
    const uuids = (records: readonly number[]): string[] => records.map((record) => this.state.index.uuidText(record));
    return Promise.resolve({ now: uuids(this.state.chainNow), repaired: uuids(this.state.chainRepaired) });
  }

  async applyOverrides(overrides: ParentOverrides): Promise<void> {
    this.state = deriveState(this.state.index, overrides, this.state.elsewhere);
    return Promise.resolve();
  }

  /** Suggestions for all findings at once, by finding id, best first, without their simulation. */
  async proposals(): Promise<ReadonlyMap<string, readonly Proposal[]>> {
    return Promise.resolve(proposalsOf(this.state));
  }

  /** What `plan` would repair, without the simulation of each repair by itself; `simulate` tells the effect of all. */
  async proposedPlan(minimum: 'high' | 'medium' | 'low'): Promise<readonly ProposedRepair[]> {
    const sure = proposedRepairs(this.state).filter(({ suggestion }) => CONFIDENCE_RANK[suggestion.confidence] >= CONFIDENCE_RANK[minimum]);
    return Promise.resolve(sure);
  }

  async copyPatch(newSessionId: string, extra: readonly ProposedRepair[] = []): Promise<CopyPatch> {
    return copyPatch(this.ports.source, this.state.graph.withOverrides(parentsOf(extra)), newSessionId, this.ports.now());
  }

  /** Byte edits that repair the file itself: no session id changes, nothing is repeated at the end. */
  async inPlacePatch(extra: readonly ProposedRepair[] = []): Promise<BytePatch> {
    return inPlacePatch(this.ports.source, this.state.graph.withOverrides(parentsOf(extra)), this.ports.now());
  }

  /** @param newSessionId of the copy; null for a repair of the file itself */
  async copyExpectation(newSessionId: string | null, extra: readonly ProposedRepair[] = []): Promise<CopyExpectation> {
    const { index } = this.state;
    const graph = this.state.graph.withOverrides(parentsOf(extra));
    const chain = resumeChain(graph, { withRecovered: true }).visible.map((record) => index.uuidText(record));
    const unknown = findOrphans(graph, new Map()).map((orphan) => index.names.text(orphan.missing));
    return Promise.resolve({ sessionId: newSessionId, chain, unknownParents: new Set([...unknown, ...unlinkedUuids(index)]) });
  }

  async fingerprint(): Promise<TranscriptFingerprint> {
    if (this.known?.index !== this.state.index) {
      const fingerprint = await this.hashSource(this.state.index.bytes);
      this.known = { fingerprint, index: this.state.index };
    }
    return this.known.fingerprint;
  }

  async sessionRow(): Promise<SessionRow> {
    return sessionRow(summaryOf(this.state, this.ports.source.name), await this.fingerprint(), this.state);
  }

  async messageRows(start: number, count: number): Promise<readonly MessageRow[]> {
    return messageRows(this.ports.source, this.state, start, count, () => this.ports.sha256());
  }

  async refresh(): Promise<boolean> {
    const size = await this.ports.source.size();
    const index = await readTranscript(this.ports.source);
    const same = size === this.state.index.bytes && index.count === this.state.index.count && index.lines === this.state.index.lines;
    const elsewhere = await elsewhereOf(index, this.ports.siblings);
    // Read after the last wait: repairs may have been laid over in the meantime.
    this.state = deriveState(index, this.state.overrides, elsewhere);
    return !same;
  }

  async dispose(): Promise<void> {
    return Promise.resolve();
  }

  private recordOf(finding: Finding | undefined): number {
    return finding === undefined || !finding.repairable || finding.uuid === null ? -1 : this.state.graph.recordNamed(finding.uuid);
  }

  private suggestion(record: number, candidate: Candidate): Suggestion {
    const { index } = this.state;
    const unsimulated = proposal(index, candidate);
    const link = { [index.uuidText(record)]: unsimulated.newParent };
    return {
      ...unsimulated,
      effect: this.effectOf(link),
      afterAll: this.effectOf({ ...overridesOf(index, this.state.links), ...link }).after,
    };
  }

  private plannedRepair(link: PlannedLink): PlannedRepair[] {
    const uuid = this.state.index.uuidText(link.record);
    const finding = this.state.findings.find((candidate) => candidate.uuid === uuid && candidate.repairable);
    return finding === undefined ? [] : [{ finding, suggestion: this.suggestion(link.record, link.candidate) }];
  }

  private effectOf(overrides: ParentOverrides): ResumeEffect {
    const after = resumeChain(this.state.graph.withOverrides(overrides), { withRecovered: true }).visible.length;
    return { before: this.state.resume.withRepairs, after, total: this.state.resume.total };
  }

  private async hashSource(bytes: number): Promise<TranscriptFingerprint> {
    const hash = this.ports.sha256();
    const chunk = 4 * 1024 * 1024;
    let size = 0;
    while (size < bytes) {
      const piece = await this.ports.source.read(size, Math.min(bytes, size + chunk));
      if (piece.length === 0) break;
      hash.update(piece);
      size += piece.length;
    }
    return { size, sha256: hash.digest() };
  }
}

function parentsOf(repairs: readonly ProposedRepair[]): ParentOverrides {
  return Object.fromEntries(repairs.map(({ finding, suggestion }) => [finding.uuid!, suggestion.newParent]));
}

/** Parents that are records, but of a type loaders do not link: unknown to a loader, known to the graph. */
function unlinkedUuids(index: TranscriptIndex): string[] {
  const uuids: string[] = [];
  for (let i = 0; i < index.count; i++) {
    const kind = index.columns.kind[i]!;
    if (kind === KIND.hookContext || kind === KIND.unknown) uuids.push(index.uuidText(i));
  }
  return uuids;
}

async function elsewhereOf(index: TranscriptIndex, siblings: SiblingFinder): Promise<Elsewhere> {
  if (isNoSession(index)) return new Map();
  const orphans = findOrphans(ConversationGraph.of(index), new Map());
  return findElsewhere(
    orphans.map((orphan) => index.names.text(orphan.missing)),
    siblings,
  );
}
