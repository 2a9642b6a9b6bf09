import type { ArrangementChoice } from '../../arrangement/arrangement.ts';
import { draw, type Drawing } from '../../picture/draw.ts';
import type { PictureDetail, PictureFormat } from '../../picture/picture.ts';
import type { GraphRow } from '../analysis-types.ts';
import type { CurrentSession } from '../current-session.ts';
import { readGraphRows } from '../graph-rows.ts';
import type { GraphViews } from '../graph-views.ts';
import { nextRecord } from '../navigate.ts';
import { overviewOf } from '../overview.ts';
import { RowChanges } from '../row-changes.ts';
import type { StateChanges } from '../state-changes.ts';
import { sessionIdOf } from '../summary.ts';
import { pictureOf } from './picture-of.ts';
import type { FindProgress, FoundRecord, Located, Overview, RowSearch, SessionGraph, ViewSize } from './session-graph.ts';

/** The graphs that show the current state. */
export class AnalysedGraph implements SessionGraph {
  private readonly session: CurrentSession;
  private readonly views: GraphViews;
  /** Of the state that was compared last. */
  private changes: RowChanges | null = null;

  constructor(session: CurrentSession, views: GraphViews) {
    this.session = session;
    this.views = views;
  }

  async arrange(view: string, choice: ArrangementChoice): Promise<ViewSize> {
    return Promise.resolve(this.views.arrange(this.session.state, view, choice));
  }

  async closeView(view: string): Promise<void> {
    this.views.close(view);
    return Promise.resolve();
  }

  async rows(view: string, start: number, count: number): Promise<readonly GraphRow[]> {
    const { ports, state } = this.session;
    const arranged = this.views.of(state, view);
    const { length } = arranged.arrangement.rows;
    const from = Math.min(Math.max(0, start), length);
    const changes = this.changes?.state === state ? this.changes : null;
    const found = this.views.foundIn(state, view);
    return readGraphRows(ports.source, arranged, found, changes, from, Math.min(length, from + count));
  }

  async overview(view: string, buckets: number): Promise<Overview> {
    const { state } = this.session;
    return Promise.resolve(overviewOf(this.views.of(state, view), this.views.foundIn(state, view), buckets));
  }

  async locate(view: string, uuid: string): Promise<Located | null> {
    return Promise.resolve(this.views.locate(this.session.state, view, uuid));
  }

  async find(view: string, typed: string, from: number): Promise<FindProgress> {
    const { ports, state } = this.session;
    return this.views.find(state, ports.source, view, typed, from);
  }

  async nextFound(view: string, from: string | null, direction: 1 | -1): Promise<FoundRecord | null> {
    return Promise.resolve(this.views.nextFound(this.session.state, view, from, direction));
  }

  async nextRecord(view: string, from: string | null, direction: 1 | -1, search: RowSearch): Promise<string | null> {
    return Promise.resolve(nextRecord(this.views.of(this.session.state, view), from, direction, search));
  }

  async drawing(detail: PictureDetail, format: PictureFormat): Promise<Drawing> {
    const { index } = this.session.state;
    const name = sessionIdOf(index, this.session.ports.source.name);
    return draw(await pictureOf(this, name, detail), format);
  }

  /** Marks changes in the rows of the current state; they are forgotten when it is replaced. */
  markChanges(changes: StateChanges): void {
    this.changes = new RowChanges(this.session.state, changes);
  }
}
