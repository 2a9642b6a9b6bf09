import type { Finding, Suggestion } from '../../../src/core/findings/finding.ts';
import type { ResumeEffect } from '../../../src/core/loaders/resume-figures.ts';
import type { ParentOverrides, Repairs } from '../../../src/core/graph/repairs.ts';
import type { GraphRow, RecordDetail, SessionSummary } from '../../../src/core/session/analysis-types.ts';
import type { Located, Overview, RowSearch, SessionGraph } from '../../../src/core/session/graph/session-graph.ts';
import type { SessionCopies } from '../../../src/core/session/copies/session-copies.ts';
import type { SessionJudgement } from '../../../src/core/session/judgement/session-judgement.ts';
import type { SessionSync } from '../../../src/core/session/sync/session-sync.ts';
import type { SessionTravel, SessionView } from '../../../src/core/session/travel/session-travel.ts';
import type { SessionTrials } from '../../../src/core/session/trials/session-trials.ts';
import type { SessionUpdates } from '../../../src/core/session/updates/session-updates.ts';
import type { CancellableModel } from '../../../src/extension/session/handle.ts';
import { fakeLanes, type LaneRow } from './fake-lanes.ts';
import type { FakeRecord } from './fake-records.ts';

/** The stand-in has one loader. */
const LOADER = { id: 'stand-in', title: 'the stand-in', manner: 'loads what it is given', effectKey: null, version: '1.0' };
const MESSAGES = new Set(['prompt', 'user', 'assistant', 'tool_result', 'summary']);

/** What the graph never asks. */
function notAsked(what: string): Promise<never> {
  return Promise.reject(new Error(`The graph does not ask ${what}`));
}

/** An invented session behind the real interface: enough of an analysis to draw, repair and revert. */
export class FakeModel implements CancellableModel {
  until?: (signal: AbortSignal) => SessionView;
  readonly #records: FakeRecord[];
  readonly #notices: readonly string[];
  readonly #byUuid = new Map<string, number>();
  #overrides: ParentOverrides = {};
  #parents: number[] = [];
  #lanes: LaneRow[] = [];
  #chain = new Set<number>();

  readonly records = {
    rows: (start: number, count: number): Promise<readonly GraphRow[]> => this.#graphRows('', start, count),
    loadedRows: (): Promise<readonly GraphRow[]> => Promise.resolve([]),
    detail: (uuid: string): Promise<RecordDetail | null> => this.#detail(uuid),
    picture: (): Promise<null> => Promise.resolve(null),
    rowOf: (uuid: string): Promise<number | null> => this.#rowOf(uuid),
    rowOfLine: (line: number): Promise<number | null> => this.#rowOfLine(line),
    findingPlaces: (): Promise<never[]> => Promise.resolve([]),
  };
  readonly graph: { -readonly [K in keyof SessionGraph]: SessionGraph[K] } = {
    arrange: () => Promise.resolve({ rows: this.#records.length, of: this.#records.length }),
    closeView: () => Promise.resolve(),
    rows: (view, start, count) => this.#graphRows(view, start, count),
    overview: (view, buckets) => this.#overview(view, buckets),
    locate: (view, uuid) => this.#locate(view, uuid),
    find: () => Promise.resolve({ found: 0, next: null, of: this.#records.length, problem: null }),
    nextFound: () => Promise.resolve(null),
    nextRecord: (view, from, direction, search) => this.#nextRecord(view, from, direction, search),
    drawing: () => Promise.resolve({ text: '', warning: null }),
  };
  readonly judgement: { -readonly [K in keyof SessionJudgement]: SessionJudgement[K] } = {
    summary: () => this.#summary(),
    findings: () => this.#findings(),
    suggestions: (findingId) => this.#suggestions(findingId),
    proposals: () => notAsked('for all proposals'),
    loadedChains: () => notAsked('for chains'),
    searchElsewhere: () => Promise.resolve(false),
  };
  readonly trials: SessionTrials = {
    plan: () => notAsked('for plans'),
    simulate: () => notAsked('what a repair would do'),
    tryMove: () => notAsked('what a move would do'),
    ends: () => notAsked('where to go on from'),
    tryEnd: () => notAsked('what another end would do'),
  };
  readonly copies: SessionCopies = {
    patch: () => notAsked('for a copy'),
    inPlacePatch: () => notAsked('for a repaired file'),
    expectation: () => notAsked('what a copy must be'),
    check: () => notAsked('what is loaded of a copy'),
  };
  readonly travel: SessionTravel = {
    at: async (repairs) => {
      const view = new FakeModel([...this.#records], this.#notices);
      await view.updates.applyRepairs(repairs);
      return view;
    },
    changesFrom: () => Promise.resolve({ parents: [], added: [], removed: [], gained: [], lost: [], more: 0 }),
  };
  readonly sync: SessionSync = {
    fingerprint: () => Promise.resolve({ size: 0, sha256: '' }),
    sessionRow: () => notAsked('for rows of the database'),
    messageRows: () => Promise.resolve([]),
  };
  readonly updates: SessionUpdates = {
    applyRepairs: (repairs) => this.#applyRepairs(repairs),
    setSeverities: () => Promise.resolve(),
    setPrimaryLoader: () => Promise.resolve(),
    refresh: () => Promise.resolve(false),
  };

  constructor(records: FakeRecord[], notices: readonly string[] = []) {
    this.#records = records;
    this.#notices = notices;
    this.#analyse();
  }

  get length(): number {
    return this.#records.length;
  }

  append(records: readonly FakeRecord[]): void {
    this.#records.push(...records);
    this.#analyse();
  }

  #summary(): Promise<SessionSummary> {
    const messages = this.#records.filter((record) => MESSAGES.has(record.kind)).length;
    const now = this.#count(this.#walk(this.#records.map((record) => record.parent)));
    const withRepairs = this.#count(this.#chain);
    const errors = this.#orphans().length;
    const repaired = Math.max(withRepairs, this.#effectOfAll());
    const compactions = this.#records.filter((record) => record.kind === 'boundary').length;
    const since = Math.max(repaired, this.#messagesSinceBoundary());
    const beforeCompaction = this.#speaking() - since;
    return Promise.resolve({
      path: '/sessions/794650a6.jsonl',
      sessionId: '794650a6-40cb-4d1c-9be0-0f4e31a1c2d3',
      bytes: this.#records.length * 2316,
      lines: this.#records.length,
      records: this.#records.length,
      messages,
      rows: this.#records.length,
      resume: { loader: LOADER, now, withRepairs, repaired, total: since + beforeCompaction, others: [] },
      tokens: { input: 4210, cacheWrite: 218_400, cacheRead: 1_204_000, output: 34_120 },
      compactions,
      beforeCompaction,
      findings: { error: errors, warning: 0, info: this.#notices.length },
      activeRepairs: Object.keys(this.#overrides).length,
      safeRepairs: this.#orphans().filter((row) => row > 0).length,
      agentVersion: '2.1.29',
      gitBranch: 'feature/oauth',
      firstTimestamp: this.#records[0]?.timestamp ?? null,
      lastTimestamp: this.#records.at(-1)?.timestamp ?? null,
      notices: this.#notices,
    });
  }

  #findings(): Promise<readonly Finding[]> {
    const orphans = this.#orphans().map((row): Finding => {
      const record = this.#at(row);
      return {
        id: `orphan-parent-missing:${record.uuid}`,
        code: 'orphan-parent-missing',
        severity: 'error',
        line: row + 1,
        uuid: record.uuid,
        parentUuid: '5f0c1d2e-0000-4000-8000-000000000000',
        message: 'The record before this one was never written. A resume starts here and forgets everything above.',
        repairable: true,
      };
    });
    const notes = this.#notices.map((notice, index): Finding => ({
      id: `line-unreadable:${index + 3}`,
      code: 'line-unreadable',
      severity: 'info',
      line: index + 3,
      uuid: null,
      parentUuid: null,
      message: notice,
      repairable: false,
    }));
    return Promise.resolve([...orphans, ...notes]);
  }

  #suggestions(findingId: string): Promise<readonly Suggestion[]> {
    const row = this.#byUuid.get(findingId.slice(findingId.indexOf(':') + 1));
    if (row === undefined || this.#parents[row] !== -2) return Promise.resolve([]);
    const before = this.#count(this.#chain);
    const candidates = [row - 1, row - 2, row - 3].filter((candidate) => candidate >= 0);
    return Promise.resolve(
      candidates.map((candidate, index): Suggestion => ({
        kind: 'reparent',
        action: { kind: 'reparent', uuid: this.#at(row).uuid, parent: this.#at(candidate).uuid },
        newParent: this.#at(candidate).uuid,
        newParentLine: candidate + 1,
        score: 0.94 - index * 0.27,
        confidence: index === 0 ? 'high' : index === 1 ? 'medium' : 'low',
        reasons:
          index === 0
            ? ['It is the last record of the turn that this hook ended', 'It comes directly before in the file', 'It has no other child']
            : ['It comes shortly before in the file'],
        effect: this.#effect(row, candidate, before),
        afterAll: this.#effectOfAll(),
      })),
    );
  }

  #graphRows(_view: string, start: number, count: number): Promise<readonly GraphRow[]> {
    const rows: GraphRow[] = [];
    for (let row = start; row < Math.min(start + count, this.#records.length); row++) rows.push(this.#row(row));
    return Promise.resolve(rows);
  }

  #overview(_view: string, buckets: number): Promise<Overview> {
    const findings = new Uint32Array(buckets * 3);
    const worst = new Int32Array(buckets).fill(-1);
    const marks = new Uint8Array(buckets);
    this.#records.forEach((record, row) => {
      const bucket = Math.min(buckets - 1, Math.floor((row * buckets) / this.#records.length));
      let mark = marks[bucket] ?? 0;
      if (record.kind === 'boundary') mark |= 1;
      if (record.uuid in this.#overrides) mark |= 2;
      if (this.#chain.has(row)) mark |= 4;
      if (record.sidechain) mark |= 8;
      marks[bucket] = mark;
      if (this.#parents[row] !== -2) return;
      findings[bucket * 3 + 2] = (findings[bucket * 3 + 2] ?? 0) + 1;
      if (worst[bucket] === -1) worst[bucket] = row;
    });
    return Promise.resolve({ buckets, rows: this.#records.length, findings, worst, marks });
  }

  async #detail(uuid: string): Promise<RecordDetail | null> {
    const row = this.#byUuid.get(uuid);
    if (row === undefined) return null;
    const record = this.#at(row);
    const parent = this.#parents[row] ?? -1;
    const children = this.#parents.flatMap((other, index) => (other === row ? [index] : []));
    const missing = '5f0c1d2e-0000-4000-8000-000000000000';
    const filed = record.parent === -2 ? missing : record.parent < 0 ? null : this.#at(record.parent).uuid;
    return {
      uuid,
      row,
      line: row + 1,
      type: record.kind,
      label: record.label,
      timestamp: record.timestamp,
      fileParentUuid: filed,
      parentUuid: parent === -2 ? missing : parent < 0 ? null : this.#at(parent).uuid,
      parentLine: parent < 0 ? null : parent + 1,
      children: children.map((child) => ({ uuid: this.#at(child).uuid, line: child + 1, label: this.#at(child).label })),
      blocks: [
        { type: 'text', title: '', text: `${record.text}\n\nIt is read once per request and never written back.` },
        ...record.tools.map((tool) => ({ type: 'tool_use', title: tool, text: '{ "path": "src/auth/session.ts" }' })),
      ].map((block) => ({ ...block, uuid, line: row + 1, call: null, image: null, counterpart: null, agent: null })),
      raw: JSON.stringify(record),
      onResumeChain: this.#chain.has(row),
      chainIsOfCopy: Object.keys(this.#overrides).length > 0,
      findings: (await this.#findings()).filter((finding) => finding.uuid === uuid),
    };
  }

  #rowOf(uuid: string): Promise<number | null> {
    return Promise.resolve(this.#byUuid.get(uuid) ?? null);
  }

  #rowOfLine(line: number): Promise<number | null> {
    return Promise.resolve(line >= 1 && line <= this.#records.length ? line - 1 : null);
  }

  #locate(_view: string, uuid: string): Promise<Located | null> {
    const row = this.#byUuid.get(uuid);
    return Promise.resolve(row === undefined ? null : { row, open: [] });
  }

  #nextRecord(_view: string, from: string | null, direction: 1 | -1, search: RowSearch): Promise<string | null> {
    const start = from === null ? undefined : this.#byUuid.get(from);
    for (
      let row = (start ?? (direction === 1 ? -1 : this.#records.length)) + direction;
      row >= 0 && row < this.#records.length;
      row += direction
    ) {
      const record = this.#at(row);
      if (search === 'finding' && this.#parents[row] === -2) return Promise.resolve(record.uuid);
      if (search === 'repaired' && record.uuid in this.#overrides) return Promise.resolve(record.uuid);
      if (search === record.kind) return Promise.resolve(record.uuid);
    }
    return Promise.resolve(null);
  }

  #applyRepairs(repairs: Repairs): Promise<void> {
    this.#overrides = repairs.parents;
    this.#analyse();
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }

  #at(row: number): FakeRecord {
    const record = this.#records[row];
    if (record === undefined) throw new RangeError(`no row ${row}`);
    return record;
  }

  #analyse(): void {
    this.#byUuid.clear();
    this.#records.forEach((record, row) => this.#byUuid.set(record.uuid, row));
    this.#parents = this.#records.map((record) => {
      const override = this.#overrides[record.uuid];
      if (override === undefined) return record.parent;
      return override === null ? -1 : (this.#byUuid.get(override) ?? -2);
    });
    this.#chain = this.#walk(this.#parents);
    this.#lanes = fakeLanes(this.#parents, (row) => this.#at(row).sidechain, this.#chain);
  }

  #walk(parents: readonly number[]): Set<number> {
    const chain = new Set<number>();
    let row = this.#records.findLastIndex((record) => !record.sidechain && MESSAGES.has(record.kind));
    while (row >= 0) {
      chain.add(row);
      row = parents[row] ?? -1;
    }
    return chain;
  }

  #count(rows: ReadonlySet<number>): number {
    let count = 0;
    for (const row of rows) if (MESSAGES.has(this.#at(row).kind)) count++;
    return count;
  }

  #orphans(): number[] {
    return this.#parents.flatMap((parent, row) => (parent === -2 ? [row] : []));
  }

  #effectOfAll(): number {
    return this.#count(this.#walk(this.#parents.map((parent, row) => (parent === -2 ? row - 1 : parent))));
  }

  #speaking(): number {
    return this.#records.filter((record) => !record.sidechain && MESSAGES.has(record.kind)).length;
  }

  #messagesSinceBoundary(): number {
    const boundary = this.#records.findLastIndex((record) => record.kind === 'boundary');
    return this.#records.filter((record, row) => row > boundary && !record.sidechain && MESSAGES.has(record.kind)).length;
  }

  #effect(row: number, parent: number, before: number): ResumeEffect {
    const after = this.#count(this.#walk(this.#parents.with(row, parent)));
    return { before, after, total: Math.max(after, this.#messagesSinceBoundary()), loader: LOADER, others: [] };
  }

  #row(row: number): GraphRow {
    const record = this.#at(row);
    const lanes = this.#lanes[row] ?? { lane: 0, passing: [], opens: [], continues: false, chainAbove: false, chainBelow: [] };
    const orphan = this.#parents[row] === -2;
    return {
      row,
      uuid: record.uuid,
      line: row + 1,
      kind: record.kind,
      label: record.label,
      text: record.text,
      tools: record.tools,
      timestamp: record.timestamp,
      ...lanes,
      parentRow: this.#parents[row] ?? -1,
      onResumeChain: this.#chain.has(row),
      sidechain: record.sidechain,
      severity: orphan ? 'error' : null,
      findings: orphan ? [`orphan-parent-missing:${record.uuid}`] : [],
      repaired: record.uuid in this.#overrides,
      suggestedRow: orphan && row > 0 ? row - 1 : null,
      gap: false,
      found: false,
      far: false,
      fold: null,
      inMessage: false,
      tokens: null,
    };
  }
}
