import type { RowFilter } from '../../src/core/arrangement/arrangement.ts';
import type { FoldName, GraphRow } from '../../src/core/session/analysis-types.ts';
import type { ViewSize } from '../../src/core/session/graph/session-graph.ts';
import type { ReadyState } from '../../src/protocol/messages.ts';
import type { ActionRunner } from '../action-runner.ts';
import type { Texts } from '../elements/text.ts';
import type { Host } from '../host.ts';
import type { HoverCard } from '../hover-card.ts';
import type { GraphCommands } from '../keys/key-bindings.ts';
import { showKeySheet } from '../keys/key-sheet.ts';
import type { StatusBar } from '../status-bar.ts';
import { FILTER_NAMES } from '../view-bar.ts';
import type { Agents } from './agents.ts';
import type { Arranging, FoldGroup } from './arranging.ts';
import type { ByHand } from './by-hand.ts';
import type { Finder } from './finder.ts';
import type { Follower } from './follower.ts';
import type { Pane } from './pane.ts';
import type { Place } from './place.ts';
import type { RepairDesk } from './repair-desk.ts';
import type { Walk } from './walk.ts';

/** The parts of the page that commands act on. */
export interface CommandParts {
  readonly host: Host;
  readonly texts: Texts;
  readonly status: StatusBar;
  readonly actions: ActionRunner;
  readonly agents: Agents;
  readonly arranging: Arranging;
  readonly byHand: ByHand;
  readonly desk: RepairDesk;
  readonly finder: Finder;
  readonly follower: Follower;
  readonly hover: HoverCard;
  readonly pane: Pane;
  readonly place: Place;
  readonly walk: Walk;
  /** The newest state of the session; null before the first. */
  state(): ReadyState | null;
  /** Visible rows, and all rows. */
  size(): ViewSize;
}

/** The commands of keys and buttons on the page. */
export class Commands implements GraphCommands {
  readonly #parts: CommandParts;

  constructor(parts: CommandParts) {
    this.#parts = parts;
  }

  moveBy(rows: number): void {
    this.#parts.place.moveBy(rows);
  }

  moveByPages(pages: number): void {
    this.#parts.place.moveByPages(pages);
  }

  moveToEdge(edge: 'first' | 'last'): void {
    this.#parts.place.moveToEdge(edge);
  }

  goToParent(): void {
    this.#parts.walk.toParent();
  }

  goToChild(): void {
    this.#parts.walk.toChild();
  }

  fold(): void {
    const { row } = this.#parts.place;
    const closes = row?.fold?.closes ?? null;
    if (row === undefined || closes === null) this.goToParent();
    else void this.turn(closes, row, 'saidFolded');
  }

  unfold(): void {
    const { row } = this.#parts.place;
    const opens = row?.fold?.opens ?? null;
    if (row === undefined || opens === null) this.goToChild();
    else void this.turn(opens, row, 'saidUnfolded');
  }

  goToNext(what: 'finding' | 'prompt', direction: 1 | -1): void {
    void this.#parts.walk.toNext(what, direction, what === 'finding' ? 'noMoreFindings' : 'noMorePrompts');
  }

  openAgent(): void {
    void this.#parts.agents.openFrom(this.#parts.state(), this.#parts.place.uuid, this.#parts.pane.details.record);
  }

  startFind(): void {
    this.#parts.finder.focus();
  }

  goToFound(direction: 1 | -1): void {
    void this.#parts.finder.next(direction);
  }

  goToEnd(end: 'leaf' | 'root'): void {
    void this.#parts.walk.toNext(end, 1, 'noChainHere');
  }

  toggleFilter(filter: RowFilter): void {
    void this.show(this.#parts.arranging.choice.filter === filter ? 'all' : filter);
  }

  toggleFolded(group: FoldGroup): void {
    void this.setFolded(group, !this.#parts.arranging.choice.folded[group]);
  }

  toggleDetails(): void {
    this.#parts.pane.set(!this.#parts.pane.isOpen);
  }

  repairBest(): void {
    if (this.#parts.byHand.marked > 0) void this.#parts.byHand.repairMarked();
    else this.#parts.desk.repairBest();
  }

  toggleMark(): void {
    const { row } = this.#parts.place;
    if (row !== undefined) this.#parts.byHand.toggleMark(row);
  }

  pickOrDrop(): void {
    this.#parts.byHand.pickOrDrop();
  }

  escape(): void {
    this.#parts.byHand.putBack();
  }

  close(): void {
    void this.#parts.actions.attempt(async () => {
      await this.#parts.host.client.request('close', {});
    });
  }

  revertLast(): void {
    this.#parts.desk.revertLast();
  }

  openLine(): void {
    const line = this.#parts.place.row?.line;
    if (line !== undefined) void this.#parts.actions.act(() => this.#parts.host.client.request('openText', { line }));
  }

  toggleFollow(): void {
    this.#parts.follower.toggle();
  }

  showKeys(): void {
    this.#parts.hover.hide();
    showKeySheet(this.#parts.texts);
  }

  async show(filter: RowFilter): Promise<void> {
    await this.#parts.arranging.setFilter(filter);
    const { rows, of } = this.#parts.size();
    this.#parts.status.say(this.#parts.texts.say('saidFilter', this.#parts.texts.say(FILTER_NAMES[filter]), rows, of));
  }

  async setFolded(group: FoldGroup, folded: boolean): Promise<void> {
    await this.#parts.arranging.setFolded(group, folded);
    const { rows, of } = this.#parts.size();
    this.#parts.status.say(this.#parts.texts.say(folded ? 'saidFolded' : 'saidUnfolded', rows, of));
  }

  async turn(name: FoldName, row: GraphRow, said: 'saidFolded' | 'saidUnfolded'): Promise<void> {
    await this.#parts.arranging.turn(name, row.uuid);
    const { rows, of } = this.#parts.size();
    this.#parts.status.say(this.#parts.texts.say(said, rows, of));
  }
}
