import { Arrangement, DEFAULT_CHOICE, type ArrangementChoice, type IsClosed } from '../arrangement/arrangement.ts';
import { Folds } from '../arrangement/folds.ts';
import type { RowFacts } from '../arrangement/row-facts.ts';
import { FLAG } from '../transcript/record-kinds.ts';
import { rowFactsOf } from './graph-facts.ts';
import type { Arranged } from './graph/arranged.ts';
import type { ByteSource } from '../transcript/source.ts';
import { FoundRecords } from './find-records.ts';
import type { FindProgress, FoldKey, FoundRecord, Located, ViewSize } from './graph/session-graph.ts';
import type { SessionState } from './state.ts';

/** Made once per state, for all views. */
interface Foldable {
  readonly state: SessionState;
  readonly facts: RowFacts;
  readonly folds: Folds;
  /** The folds that these were grown from; null when they were made anew. */
  readonly before: Folds | null;
}

interface View {
  readonly choice: ArrangementChoice;
  arranged: Arranged | null;
  found: FoundRecords | null;
}

/**
 * The graphs that show a session: how each is arranged. Arranged when the session changed, and only when somebody looks; where it has
 * only grown, what was arranged grows with it.
 */
export class GraphViews {
  private readonly views = new Map<string, View>();
  private foldable: Foldable | null = null;

  /** Arranges a view; one that is not known yet is made. */
  arrange(state: SessionState, view: string, choice: ArrangementChoice): ViewSize {
    const known = this.views.get(view);
    // What is asked for again and again while a session is written goes on from what was arranged for it.
    const isSame = known !== undefined && JSON.stringify(known.choice) === JSON.stringify(choice);
    this.views.set(view, { choice, arranged: isSame ? known.arranged : null, found: known?.found ?? null });
    const { arrangement } = this.of(state, view);
    return { rows: arrangement.rows.length, of: state.rows.length };
  }

  close(view: string): void {
    this.views.delete(view);
  }

  /** What a view shows of this state. A view that was never arranged shows what all do at first. */
  of(state: SessionState, view: string): Arranged {
    const known = this.viewNamed(view);
    if (known.arranged?.state === state) return known.arranged;
    const { facts, folds, before } = this.foldableOf(state);
    const isClosed = closedBy(state, folds, known.choice);
    const earlier = known.arranged !== null && known.arranged.folds === before ? known.arranged.arrangement : null;
    known.arranged = { state, facts, folds, isClosed, arrangement: new Arrangement(facts, folds, known.choice.filter, isClosed, earlier) };
    return known.arranged;
  }

  /** Where a record is in a view; null when it is not in the session. */
  locate(state: SessionState, view: string, uuid: string): Located | null {
    const record = state.graph.recordNamed(uuid);
    const row = record < 0 ? -1 : state.rowOfRecord[record]!;
    if (row < 0) return null;
    const { arrangement, folds, isClosed } = this.of(state, view);
    const place = arrangement.placeOf[row]!;
    const open: FoldKey[] = [];
    if (place < 0 || arrangement.rows[place] !== row) open.push(...closedAround(state, folds, isClosed, row));
    return { row: place < 0 ? null : place, open };
  }

  /** Records of the same message, itself included, in file order. */
  messageOf(state: SessionState, record: number): number[] {
    const { messageHead } = this.foldableOf(state).folds;
    const row = state.rowOfRecord[record]!;
    if (row < 0) return [record];
    const members: number[] = [];
    messageHead.forEach((head, member) => {
      if (head === messageHead[row]) members.push(state.rows[member]!);
    });
    return members;
  }

  /** Looks for records from `from` on; other words, or another state, start anew. */
  async find(state: SessionState, source: ByteSource, view: string, typed: string, from: number): Promise<FindProgress> {
    const known = this.viewNamed(view);
    const goesOn = from > 0 && known.found?.state === state && known.found.typed === typed;
    const found = goesOn && known.found !== null ? known.found : new FoundRecords(state, typed);
    known.found = found;
    return found.step(source, goesOn ? from : 0);
  }

  /** What was found in this state for a view; null when nothing was looked for. */
  foundIn(state: SessionState, view: string): FoundRecords | null {
    const found = this.views.get(view)?.found ?? null;
    return found?.state === state ? found : null;
  }

  nextFound(state: SessionState, view: string, from: string | null, direction: 1 | -1): FoundRecord | null {
    const found = this.foundIn(state, view);
    const record = from === null ? -1 : state.graph.recordNamed(from);
    const row = record >= 0 ? state.rowOfRecord[record]! : direction === 1 ? -1 : state.rows.length;
    const next = found?.nextAfter(row, direction) ?? null;
    if (found === null || next === null) return null;
    return { uuid: state.index.uuidText(state.rows[next.row]!), place: next.place, of: found.rows.length };
  }

  private viewNamed(view: string): View {
    const known = this.views.get(view) ?? { choice: DEFAULT_CHOICE, arranged: null, found: null };
    this.views.set(view, known);
    return known;
  }

  private foldableOf(state: SessionState): Foldable {
    if (this.foldable?.state !== state) {
      const before = this.foldable?.state.origin === state.origin ? this.foldable : null;
      const facts = rowFactsOf(state, before?.facts);
      this.foldable = { state, facts, folds: new Folds(facts, before?.folds), before: before?.folds ?? null };
    }
    return this.foldable;
  }
}

/** What a choice says of each fold, with its uuids looked up once. */
function closedBy(state: SessionState, folds: Folds, { folded, except }: ArrangementChoice): IsClosed {
  const turned = { message: new Set<number>(), run: new Set<number>(), branch: new Set<number>() };
  for (const { kind, uuid } of except) {
    const record = state.graph.recordNamed(uuid);
    if (record >= 0) turned[kind].add(state.rowOfRecord[record]!);
  }
  const byDefault: IsClosed = (kind, head) =>
    kind === 'branch' ? folded.sidechain && state.index.isFlagged(state.rows[head]!, FLAG.sidechain) : folded[kind];
  return (kind, head) => folds.sizeOf(kind, head) > 1 && byDefault(kind, head) !== turned[kind].has(head);
}

/** The closed folds that a row is in, and those that their first rows are in: to be opened for it to be seen. */
function closedAround(state: SessionState, folds: Folds, isClosed: IsClosed, row: number): FoldKey[] {
  const closed = new Map<string, FoldKey>();
  const seen = new Set([row]);
  const look = (kind: FoldKey['kind'], head: number): void => {
    if (head < 0) return;
    if (isClosed(kind, head)) closed.set(`${kind} ${head}`, { kind, uuid: state.index.uuidText(state.rows[head]!) });
    seen.add(head);
  };
  // A set is walked to its end while it grows.
  for (const inner of seen) {
    if (folds.messageHead[inner] !== inner) look('message', folds.messageHead[inner]!);
    if (folds.runHead[inner] !== inner) look('run', folds.runHead[inner]!);
    const branch = folds.branchHead[inner]!;
    if (branch !== inner) look('branch', branch);
    else look('branch', outerBranch(state, folds, branch));
  }
  return [...closed.values()];
}

function outerBranch(state: SessionState, folds: Folds, branch: number): number {
  const parent = state.graph.parent[state.rows[branch]!]!;
  const row = parent < 0 ? -1 : state.rowOfRecord[parent]!;
  return row < 0 || row >= branch ? -1 : folds.branchHead[row]!;
}
