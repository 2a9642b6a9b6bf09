import { draw, type Drawing } from '../picture/draw.ts';
import { pictureOf, type PictureDetail, type PictureFormat } from '../picture/picture.ts';
import type { Confidence, Finding, Suggestion } from '../findings/finding.ts';
import { isNoSession } from '../findings/detect.ts';
import { findOrphans } from '../findings/orphans.ts';
import { ConversationGraph } from '../graph/conversation-graph.ts';
import { chainsOf, primaryLoader, type Loaders } from '../loaders/loader.ts';
import { LOADERS } from '../loaders/loaders.ts';
import type { ResumeChain } from '../loaders/resume-chain.ts';
import { effectOfChains, type ResumeEffect } from '../loaders/resume-figures.ts';
import type { TranscriptFingerprint } from '../transcript/fingerprint.ts';
import type { MessageRow, SessionRow } from '../log/store.ts';
import { copyExpectation } from '../patch/copy-expectation.ts';
import type { BytePatch, CopyPatch } from '../patch/byte-edits.ts';
import { copyPatch, inPlacePatch } from '../patch/repaired-copy.ts';
import type { CopyExpectation } from '../patch/verify-copy.ts';
import { NO_REPAIRS, withActions, type RepairAction, type Repairs } from '../repair/repairs.ts';
import { isAtLeast } from '../repair/session-plan.ts';
import { GrowingTranscript } from '../transcript/growing-transcript.ts';
import type { ByteSource } from '../transcript/source.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import type { ArrangementChoice } from '../arrangement/arrangement.ts';
import type { GraphRow, RecordDetail, RecordRow, RepairPlan, SessionSummary } from './analysis-types.ts';
import { tryMove } from './try-move.ts';
import { readGraphRows } from './graph-rows.ts';
import { GraphViews } from './graph-views.ts';
import { messageRows, sessionRow } from './sync-rows.ts';
import { findingPlaces } from './finding-places.ts';
import type {
  AskedPlace,
  FindingPlace,
  FindProgress,
  FoundRecord,
  LoadedChains,
  Located,
  Overview,
  RowSearch,
  SessionModel,
  TriedMove,
  ViewSize,
} from './model.ts';
import { nextRecord, rowOfLine } from './navigate.ts';
import { overviewOf } from './overview.ts';
import { proposalsOf, proposalsOfFinding, proposedRepairs } from './proposals.ts';
import type { Proposal } from '../findings/finding.ts';
import { recordDetail, recordPicture } from './record-detail.ts';
import { RowChanges } from './row-changes.ts';
import { readRows, rowsOfRecords } from './rows.ts';
import { CORE_SEVERITIES, type Severities } from './severities.ts';
import { EVERYWHERE, lostSearch, NEAR, type LostSearch, type SiblingFinder } from './siblings.ts';
import { grownState } from './grow-state.ts';
import { stateChanges, type StateChanges } from './state-changes.ts';
import { deriveState, type SessionState } from './state.ts';
import { sessionIdOf, summaryOf } from './summary.ts';

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

/**
 * One session, indexed and analysed. Opening reads the transcript once; afterwards only the records that are shown are read.
 */
export class SessionAnalysis implements SessionModel {
  private readonly ports: AnalysisPorts;
  private readonly transcript: GrowingTranscript;
  private readonly views = new GraphViews();
  private state: SessionState;
  private severities: Severities = CORE_SEVERITIES;
  /** Of the state that was compared last. */
  private changes: RowChanges | null = null;
  private loaded: { readonly state: SessionState; readonly records: readonly number[] } | null = null;
  private known: { readonly fingerprint: TranscriptFingerprint; readonly index: TranscriptIndex } | null = null;

  /** For the records that this session has lost, in other files. */
  private search: LostSearch;
  private searching: Promise<boolean> | null = null;
  private isDisposed = false;

  private constructor(ports: AnalysisPorts, transcript: GrowingTranscript, state: SessionState, search: LostSearch) {
    this.ports = ports;
    this.transcript = transcript;
    this.state = state;
    this.search = search;
  }

  /**
   * Rejects when the source cannot be read; whatever its bytes are, they are no error.
   * @param loaders what the session is judged by
   * @param scope where lost records are looked for before this resolves; after `near`, `searchElsewhere` looks for the others
   */
  static async open(
    ports: AnalysisPorts,
    repairs: Repairs = NO_REPAIRS,
    scope: 'near' | 'everywhere' = 'everywhere',
    loaders: Loaders = LOADERS,
  ): Promise<SessionAnalysis> {
    const transcript = new GrowingTranscript(ports.source);
    const index = await transcript.read();
    const search = await searchFor(index, lostOf(index), ports.siblings);
    await search.run(scope === 'near' ? NEAR : EVERYWHERE);
    const state = deriveState(index, repairs, search.found, sessionIdOf(index, ports.source.name), loaders);
    return new SessionAnalysis(ports, transcript, state, search);
  }

  async summary(): Promise<SessionSummary> {
    return Promise.resolve(summaryOf(this.state, this.ports.source.name, !this.search.isDone));
  }

  async searchElsewhere(): Promise<boolean> {
    return (this.searching ??= this.searchOthers().finally(() => (this.searching = null)));
  }

  async findings(): Promise<readonly Finding[]> {
    return Promise.resolve(this.state.findings);
  }

  async suggestions(findingId: string): Promise<readonly Suggestion[]> {
    return Promise.resolve(proposalsOfFinding(this.state, findingId).map((proposed) => this.simulated(findingId, proposed)));
  }

  async rows(start: number, count: number): Promise<readonly RecordRow[]> {
    const { rows } = this.state;
    const from = Math.min(Math.max(0, start), rows.length);
    return readRows(this.ports.source, this.state, from, Math.min(rows.length, from + count));
  }

  async loadedRows(start: number, count: number): Promise<readonly RecordRow[]> {
    const { state } = this;
    // Asked for part by part: the chain costs as much as a graph.
    if (this.loaded?.state !== state) this.loaded = { state, records: primaryLoader(state.loaders).chain(state.graph).visible };
    const from = Math.max(0, start);
    return rowsOfRecords(this.ports.source, state, this.loaded.records.slice(from, from + count));
  }

  async arrange(view: string, choice: ArrangementChoice): Promise<ViewSize> {
    return Promise.resolve(this.views.arrange(this.state, view, choice));
  }

  async closeView(view: string): Promise<void> {
    this.views.close(view);
    return Promise.resolve();
  }

  async graphRows(view: string, start: number, count: number): Promise<readonly GraphRow[]> {
    const arranged = this.views.of(this.state, view);
    const { length } = arranged.arrangement.rows;
    const from = Math.min(Math.max(0, start), length);
    const changes = this.changes?.state === this.state ? this.changes : null;
    const found = this.views.foundIn(this.state, view);
    return readGraphRows(this.ports.source, arranged, found, changes, from, Math.min(length, from + count));
  }

  async overview(view: string, buckets: number): Promise<Overview> {
    return Promise.resolve(overviewOf(this.views.of(this.state, view), this.views.foundIn(this.state, view), buckets));
  }

  async locate(view: string, uuid: string): Promise<Located | null> {
    return Promise.resolve(this.views.locate(this.state, view, uuid));
  }

  async drawing(detail: PictureDetail, format: PictureFormat): Promise<Drawing> {
    return draw(await pictureOf(this, detail), format);
  }

  async record(uuid: string): Promise<RecordDetail | null> {
    const record = this.state.graph.recordNamed(uuid);
    if (record < 0) return null;
    return recordDetail(this.ports, this.state, record, this.views.messageOf(this.state, record));
  }

  async picture(uuid: string, at: number): Promise<string | null> {
    const record = this.state.graph.recordNamed(uuid);
    return record < 0 ? null : recordPicture(this.ports.source, this.state, record, at);
  }

  async rowOf(uuid: string): Promise<number | null> {
    const record = this.state.graph.recordNamed(uuid);
    return Promise.resolve(record < 0 ? null : this.state.rowOfRecord[record]!);
  }

  async rowOfLine(line: number): Promise<number | null> {
    const row = rowOfLine(this.state, line);
    return Promise.resolve(row < 0 ? null : row);
  }

  async find(view: string, typed: string, from: number): Promise<FindProgress> {
    return this.views.find(this.state, this.ports.source, view, typed, from);
  }

  async nextFound(view: string, from: string | null, direction: 1 | -1): Promise<FoundRecord | null> {
    return Promise.resolve(this.views.nextFound(this.state, view, from, direction));
  }

  async nextRecord(view: string, from: string | null, direction: 1 | -1, search: RowSearch): Promise<string | null> {
    return Promise.resolve(nextRecord(this.views.of(this.state, view), from, direction, search));
  }

  async findingPlaces(asked: readonly AskedPlace[]): Promise<readonly FindingPlace[]> {
    return findingPlaces(this.ports.source, this.state, asked);
  }

  async plan(minimum: Confidence): Promise<RepairPlan> {
    const repairs = proposedRepairs(this.state).filter(({ suggestion }) => isAtLeast(suggestion.confidence, minimum));
    return { repairs, effect: await this.simulate(repairs.map(({ suggestion }) => suggestion.action)) };
  }

  async simulate(actions: readonly RepairAction[]): Promise<ResumeEffect> {
    return Promise.resolve(this.effectOf(actions));
  }

  async tryMove(uuid: string, parent: string): Promise<TriedMove> {
    return Promise.resolve(tryMove(this.state, uuid, parent, (action) => this.effectOf([action])));
  }

  async chain(): Promise<LoadedChains> {
    return Promise.resolve(this.state.loaded());
  }

  async applyRepairs(repairs: Repairs): Promise<void> {
    this.state = this.stateWith(repairs);
    return Promise.resolve();
  }

  async at(repairs: Repairs): Promise<SessionAnalysis> {
    const view = new SessionAnalysis(this.ports, this.transcript, this.stateWith(repairs), this.search);
    view.severities = this.severities;
    return Promise.resolve(view);
  }

  async changesFrom(repairs: Repairs): Promise<StateChanges> {
    const changes = stateChanges(this.stateWith(repairs), this.state);
    this.changes = new RowChanges(this.state, changes);
    return Promise.resolve(changes);
  }

  async setSeverities(severities: Severities): Promise<void> {
    this.severities = severities;
    return this.applyRepairs(this.state.repairs);
  }

  /** Suggestions for all findings at once, by finding id, best first, without their simulation. */
  async proposals(): Promise<ReadonlyMap<string, readonly Proposal[]>> {
    return Promise.resolve(proposalsOf(this.state));
  }

  async copyPatch(newSessionId: string, extra: readonly RepairAction[] = []): Promise<CopyPatch> {
    const { graph, chain } = this.repaired(extra);
    return copyPatch(this.ports.source, graph, chain.leaf, newSessionId, this.ports.now());
  }

  /** Byte edits that repair the file itself: no session id changes, nothing is repeated at the end. */
  async inPlacePatch(extra: readonly RepairAction[] = []): Promise<BytePatch> {
    const { graph, chain } = this.repaired(extra);
    return inPlacePatch(this.ports.source, graph, chain.leaf, this.ports.now());
  }

  /** @param newSessionId of the copy; null for a repair of the file itself */
  async copyExpectation(newSessionId: string | null, extra: readonly RepairAction[] = []): Promise<CopyExpectation> {
    const { graph, chain } = this.repaired(extra);
    return Promise.resolve(copyExpectation(graph, chain, newSessionId));
  }

  async fingerprint(): Promise<TranscriptFingerprint> {
    if (this.known?.index !== this.state.file) {
      const fingerprint = await this.hashSource(this.state.file.bytes);
      this.known = { fingerprint, index: this.state.file };
    }
    return this.known.fingerprint;
  }

  async sessionRow(): Promise<SessionRow> {
    return sessionRow(await this.summary(), await this.fingerprint(), this.state);
  }

  async messageRows(start: number, count: number): Promise<readonly MessageRow[]> {
    return messageRows(this.ports.source, this.state, start, count, () => this.ports.sha256());
  }

  async refresh(): Promise<boolean> {
    const size = await this.ports.source.size();
    const index = await this.transcript.read();
    const { file } = this.state;
    const same = size === file.bytes && index.count === file.count && index.lines === file.lines;
    // What is looked for elsewhere follows from what is lost: the same as before.
    const isSearched = this.search.found.size === this.state.elsewhere.size;
    const next = isSearched && this.transcript.hasGrown(file, index) ? grownState(this.state, index, this.severities) : null;
    if (next !== null) {
      this.state = next;
      return true;
    }
    const lost = lostOf(index);
    if (!this.search.isFor(lost)) {
      const search = await searchFor(index, lost, this.ports.siblings);
      await search.run(NEAR);
      this.search = search;
    }
    // Read after the last wait: repairs may have been laid over in the meantime.
    const { repairs, sessionId, loaders } = this.state;
    this.state = deriveState(index, repairs, this.search.found, sessionId, loaders, this.severities);
    return !same;
  }

  async dispose(): Promise<void> {
    this.isDisposed = true;
    return Promise.resolve();
  }

  /** A search that the file has overtaken, since it lost other records meanwhile, is given up for the one that it needs now. */
  private async searchOthers(): Promise<boolean> {
    let searched = false;
    while (!this.search.isDone && !this.isDisposed) {
      const { search } = this;
      const isWanted = (): boolean => this.search === search && !this.isDisposed;
      await search.run(EVERYWHERE, isWanted);
      if (!isWanted()) continue;
      const { file, repairs, sessionId, loaders } = this.state;
      this.state = deriveState(file, repairs, search.found, sessionId, loaders, this.severities);
      searched = true;
    }
    return searched;
  }

  private simulated(findingId: string, proposed: Proposal): Suggestion {
    const others = this.state.plan.filter(({ finding }) => finding.id !== findingId).map(({ chosen }) => chosen.action);
    return { ...proposed, effect: this.effectOf([proposed.action]), afterAll: this.effectOf([...others, proposed.action]).after };
  }

  private effectOf(actions: readonly RepairAction[]): ResumeEffect {
    const { loaders, resume } = this.state;
    return effectOfChains(loaders, resume, chainsOf(this.graphWith(actions), loaders));
  }

  /** The same file with other repairs. */
  private stateWith(repairs: Repairs): SessionState {
    const { file, elsewhere, sessionId, loaders } = this.state;
    return deriveState(file, repairs, elsewhere, sessionId, loaders, this.severities);
  }

  /** With further repairs besides those in force, and what the primary loader then loads. */
  private repaired(actions: readonly RepairAction[]): { readonly graph: ConversationGraph; readonly chain: ResumeChain } {
    const graph = this.graphWith(actions);
    return { graph, chain: primaryLoader(this.state.loaders).chain(graph) };
  }

  /** With further repairs besides those in force. */
  private graphWith(actions: readonly RepairAction[]): ConversationGraph {
    const { graph, file, repairs } = this.state;
    if (actions.length === 0) return graph;
    const parents = actions.filter((action) => action.kind === 'reparent');
    // Only links change: the graph as it is needs no second look at the names.
    if (parents.length === actions.length)
      return graph.withOverrides(Object.fromEntries(parents.map(({ uuid, parent }) => [uuid, parent])));
    return ConversationGraph.of(file, withActions(repairs, actions));
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

/** uuids that the transcript names as parents and does not hold. */
function lostOf(index: TranscriptIndex): string[] {
  if (isNoSession(index)) return [];
  return findOrphans(ConversationGraph.of(index), new Map()).map((orphan) => index.names.text(orphan.missing));
}

async function searchFor(index: TranscriptIndex, lost: readonly string[], siblings: SiblingFinder): Promise<LostSearch> {
  return lostSearch(lost, siblings, (uuid) => index.names.find(uuid) >= 0 && index.recordOfUuid(uuid) >= 0);
}
