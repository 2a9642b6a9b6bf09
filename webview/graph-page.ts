import type { Finding } from '../src/core/findings/finding.ts';
import type { HistoryEntry, OfferedSuggestion, ReadyState } from '../src/protocol/messages.ts';
import { ActionRunner } from './action-runner.ts';
import { DetailsPane } from './details/details-pane.ts';
import { element } from './dom.ts';
import { Header } from './header.ts';
import type { Host } from './host.ts';
import { HoverCard } from './hover-card.ts';
import { showKeySheet } from './key-sheet.ts';
import { Keyboard, type GraphCommands } from './keyboard.ts';
import { GraphList } from './list/graph-list.ts';
import { RowCache } from './list/row-cache.ts';
import { ORPHAN } from './list/row-words.ts';
import { Minimap } from './minimap.ts';
import { Notices } from './notices.ts';
import { Splitter } from './splitter.ts';
import { StatusBar } from './status-bar.ts';
import type { Texts } from './text.ts';
import { onPixelRatioChange, Theme } from './theme.ts';
import { Travel } from './travel/travel.ts';
import type { ViewState } from './view-state.ts';

const DEFAULT_PANE_HEIGHT = 280;

/** The graph of one session: header, rows, overview, details, and what the keys do. */
export class GraphPage implements GraphCommands {
  readonly root = element('div', { class: 'graph-page' });
  readonly #host: Host;
  readonly #texts: Texts;
  readonly #theme: Theme;
  readonly #cache: RowCache;
  readonly #header: Header;
  readonly #notices = new Notices();
  readonly #list: GraphList;
  readonly #minimap: Minimap;
  readonly #splitter: Splitter;
  readonly #details: DetailsPane;
  readonly #status: StatusBar;
  readonly #actions: ActionRunner;
  readonly #hover: HoverCard;
  readonly #travel: Travel;
  #state: ReadyState | null = null;
  #selectedUuid: string | null;
  #paneOpen: boolean;
  /** The user has not yet said whether they want the details: they open with the first message that is clicked. */
  #paneUndecided: boolean;
  #restoring: ViewState | null;
  /** The finding that "next repair" went to last. */
  #lastOffered: string | null = null;
  readonly #end = new AbortController();

  constructor(host: Host, texts: Texts) {
    this.#host = host;
    this.#texts = texts;
    const saved = host.loadViewState();
    this.#restoring = saved;
    this.#selectedUuid = saved?.selectedUuid ?? null;
    this.#paneOpen = saved?.paneOpen ?? false;
    this.#paneUndecided = saved === null;
    this.#theme = new Theme(() => this.#repaint(), this.#end.signal);
    onPixelRatioChange(() => this.#repaint(), this.#end.signal);
    this.#status = new StatusBar(texts, () => this.toggleDetails());
    this.#status.setDetailsOpen(this.#paneOpen);
    this.#actions = new ActionRunner(this.#status, texts, this.root);
    const explain = (cause: unknown): void => this.#status.explain(cause);
    this.#cache = new RowCache({
      fetch: (start, count, signal) => host.client.request('rows', { start, count }, signal),
      onArrived: () => this.#onRowsArrived(),
      onFailed: explain,
    });
    this.#header = new Header(texts, {
      onRepairAll: () => void this.#actions.act(() => host.client.request('repairAll', {})),
      onNextRepair: () => void this.#goToNextRepair(),
      onWriteCopy: () => void this.#actions.act(() => host.client.request('writeCopy', {})),
      onSync: () => void this.#actions.act(() => host.client.request('sync', {})),
      onOpenText: () => void this.#actions.act(() => host.client.request('openText', { line: null })),
      onFinding: (direction) => this.goToNext('finding', direction),
      onShowFindings: () => this.#showFindings(),
      onShowKeys: () => this.showKeys(),
    });
    this.#list = new GraphList(
      this.#cache,
      {
        onSelect: (row) => this.#onClick(row),
        onOpen: () => this.openLine(),
        onHover: (row, anchor) => this.#hover.over(row === null ? undefined : this.#cache.get(row), anchor),
        onScroll: () => this.#onScroll(),
      },
      texts,
      this.#theme.palette,
    );
    this.#minimap = new Minimap(
      {
        onGoTo: (share) => this.#list.scrollToShare(share),
        fetch: (buckets) => host.client.request('overview', { buckets }),
        onFailed: explain,
      },
      this.#theme.palette,
    );
    this.#minimap.setLabel(texts.say('minimapLabel'));
    this.#hover = new HoverCard(host.client, texts, this.#end.signal, (entry) => void this.#revert(entry.eventId));
    this.#details = new DetailsPane(host.client, texts, {
      onRepair: (finding, index, offered) => void this.#repair(finding, index, offered),
      onIgnore: ({ id }) => void this.#actions.act(() => host.client.request('ignore', { findingId: id })),
      onSplit: ({ id }) => void this.#actions.act(() => host.client.request('splitBranches', { findingId: id })),
      onGoTo: (uuid) => void this.reveal(uuid),
      onRevert: (entry: HistoryEntry) => void this.#revert(entry.eventId),
      onChooseFinding: (finding) => void this.#goToFinding(finding),
      onClose: () => this.#setPane(false),
      onFailed: explain,
    });
    this.#splitter = new Splitter(texts.say('detailsResize'), saved?.paneHeight ?? DEFAULT_PANE_HEIGHT, () => {
      this.#layout();
      this.#remember();
    });
    this.#details.root.prepend(this.#splitter.root);
    const rows = element('main', { class: 'graph' }, [this.#list.root, this.#minimap.root]);
    this.#travel = new Travel(host.client, texts, { goTo: (uuid) => void this.reveal(uuid), explain });
    const above = element('div', { class: 'above' }, [this.#notices.root, this.#travel.bar]);
    const foot = element('div', { class: 'foot' }, [this.#travel.slider, this.#status.root]);
    this.root.append(this.#header.root, above, rows, this.#details.root, foot, this.#hover.root);
    const rowsFocused = (): boolean => document.activeElement === this.#list.root || document.activeElement === document.body;
    new Keyboard(this, rowsFocused).listen(document, this.#end.signal);
    this.#layout();
  }

  /** Shows a newer state: same place, same selection, whatever moved. */
  show(state: ReadyState): void {
    if (this.#state !== null && state.revision < this.#state.revision) return;
    const first = this.#state === null;
    const { topRow, offset } = this.#list.position;
    const anchor = this.#cache.get(topRow)?.uuid ?? null;
    this.#state = state;
    this.#header.show(state, this.#texts);
    this.#notices.show(state.summary.notices, this.#texts);
    this.#travel.show(state.travel, this.#texts);
    this.#cache.renew(state.revision, state.summary.rows);
    this.#list.setTexts(this.#texts, this.#texts.say('treeLabel', state.summary.sessionId.slice(0, 8)));
    this.#list.setRowCount(state.summary.rows);
    this.#status.setPosition(this.#list.selected, state.summary.rows, this.#texts);
    this.#details.update(state);
    void this.#minimap.refresh(state.summary.rows);
    if (first) void this.#arrive(state);
    else void this.#keepPlace(anchor, topRow, offset);
  }

  /** Stops listening; the page is about to be taken away. */
  dispose(): void {
    this.#end.abort();
    this.#hover.hide();
  }

  /** Selects a record and brings it onto the screen. */
  async reveal(uuid: string): Promise<void> {
    const row = await this.#rowOf(uuid);
    if (row !== null) this.#goTo(row);
  }

  moveBy(rows: number): void {
    const { selected, rowCount } = this.#list;
    if (rowCount === 0) return;
    const from = selected === -1 ? this.#list.position.topRow - Math.sign(rows) : selected;
    this.#moveTo(Math.min(rowCount - 1, Math.max(0, from + rows)));
  }

  moveByPages(pages: number): void {
    this.moveBy(pages * Math.max(1, this.#list.pageRows - 1));
  }

  moveToEdge(edge: 'first' | 'last'): void {
    if (this.#list.rowCount > 0) this.#moveTo(edge === 'first' ? 0 : this.#list.rowCount - 1);
  }

  goToParent(): void {
    const row = this.#cache.get(this.#list.selected);
    if (row === undefined) return;
    if (row.parentRow >= 0) this.#goTo(row.parentRow);
    else if (row.parentRow === ORPHAN && row.suggestedRow !== null) this.#goTo(row.suggestedRow);
    else this.#status.say(this.#texts.say('noParentHere'));
  }

  goToChild(): void {
    const uuid = this.#selectedUuid;
    if (uuid !== null)
      void this.#actions.attempt(async () => {
        const record = this.#details.record ?? (await this.#host.client.request('record', { uuid }));
        const child = record?.uuid === uuid ? record.children[0] : undefined;
        if (child === undefined) this.#status.say(this.#texts.say('noChildHere'));
        else await this.reveal(child.uuid);
      });
  }

  goToNext(what: 'finding' | 'prompt', direction: 1 | -1): void {
    const from = this.#list.selected === -1 ? this.#list.position.topRow - direction : this.#list.selected;
    void this.#actions.attempt(async () => {
      const row = await this.#host.client.request('findRow', { from: Math.max(-1, from), direction, search: what });
      if (row === null) this.#status.say(this.#texts.say(what === 'finding' ? 'noMoreFindings' : 'noMorePrompts'));
      else this.#goTo(row);
    });
  }

  toggleDetails(): void {
    this.#setPane(!this.#paneOpen);
  }

  /** A certain candidate is applied (the host asks for the reason); anything else is shown for the user to choose. */
  repairBest(): void {
    const finding = this.#state?.findings.find((one) => one.uuid !== null && one.uuid === this.#selectedUuid && one.repairable);
    if (finding === undefined) {
      this.#status.say(this.#texts.say('noFindingHere'));
      return;
    }
    void this.#actions.attempt(async () => {
      const [best] = await this.#host.client.request('suggestions', { findingId: finding.id });
      if (best === undefined) this.#status.say(this.#texts.say('suggestionsNone'));
      else if (best.suggestion.confidence === 'high') await this.#repair(finding, 0, best);
      else {
        this.#setPane(true);
        this.#details.focusBestRepair();
        this.#status.say(this.#texts.say('notCertain'));
      }
    });
  }

  revertLast(): void {
    const last = this.#state?.lastRepair ?? null;
    if (last === null) this.#status.say(this.#texts.say('noRepairToRevert'));
    else void this.#revert(last.eventId);
  }

  openLine(): void {
    const line = this.#cache.get(this.#list.selected)?.line;
    if (line !== undefined) void this.#actions.act(() => this.#host.client.request('openText', { line }));
  }

  showKeys(): void {
    this.#hover.hide();
    showKeySheet(this.#texts);
  }

  focus(): void {
    this.#list.focus();
  }

  #repaint(): void {
    this.#list.setPalette(this.#theme.palette);
    this.#minimap.setPalette(this.#theme.palette);
  }

  /** Where the user was, or else the first damage, or else the top. */
  async #arrive(state: ReadyState): Promise<void> {
    const saved = this.#restoring;
    this.#restoring = null;
    if (saved !== null) {
      this.#list.scrollToTop(saved.topRow, saved.offset);
      const row = saved.selectedUuid === null ? null : await this.#rowOf(saved.selectedUuid);
      if (row !== null && this.#list.selected === -1) this.#markSelected(row, saved.selectedUuid);
      return;
    }
    if (state.findings.length === 0) return;
    this.#setPane(true);
    const first = mostUrgent(state.findings);
    if (first !== null && this.#list.selected === -1) await this.reveal(first);
  }

  /** The row at the top and the selection are found again by id, should rows have come or gone before them. */
  async #keepPlace(anchor: string | null, topRow: number, offset: number): Promise<void> {
    const selected = this.#selectedUuid;
    const [anchorRow, selectedRow] = await Promise.all([
      anchor === null ? null : this.#rowOf(anchor),
      selected === null ? null : this.#rowOf(selected),
    ]);
    const moved = anchorRow !== null && anchorRow !== topRow && this.#list.position.topRow === topRow;
    if (moved) this.#list.scrollToTop(anchorRow, offset);
    if (selected === this.#selectedUuid && selectedRow !== null && selectedRow !== this.#list.selected) {
      this.#markSelected(selectedRow, selected);
    }
  }

  async #rowOf(uuid: string): Promise<number | null> {
    try {
      return await this.#host.client.request('rowOf', { uuid });
    } catch (cause) {
      this.#status.explain(cause);
      return null;
    }
  }

  #moveTo(row: number): void {
    this.#list.scrollToRow(row, 'nearest');
    this.#select(row);
  }

  #goTo(row: number): void {
    this.#list.scrollToRow(row, 'middle');
    this.#select(row);
  }

  #onClick(row: number): void {
    if (this.#paneUndecided) this.#setPane(true);
    this.#select(row);
  }

  #select(row: number): void {
    this.#markSelected(row, this.#cache.get(row)?.uuid ?? null);
    this.#hover.hide();
  }

  /** A row that is still being loaded tells its id when it arrives. */
  #markSelected(row: number, uuid: string | null): void {
    this.#selectedUuid = uuid;
    this.#list.select(row);
    this.#status.setPosition(row, this.#list.rowCount, this.#texts);
    if (uuid !== null && this.#paneOpen) this.#details.showRecord(uuid);
    this.#remember();
  }

  #onRowsArrived(): void {
    this.#list.refresh();
    const { selected } = this.#list;
    if (selected === -1 || this.#selectedUuid !== null) return;
    const uuid = this.#cache.get(selected)?.uuid;
    if (uuid !== undefined) this.#markSelected(selected, uuid);
  }

  #onScroll(): void {
    this.#minimap.setVisible(this.#list.visibleShare);
    this.#hover.hide();
    this.#remember();
  }

  #setPane(open: boolean): void {
    this.#paneUndecided = false;
    this.#paneOpen = open;
    this.#status.setDetailsOpen(open);
    if (!open && this.#details.root.contains(document.activeElement)) this.#list.focus();
    this.#layout();
    if (open && this.#selectedUuid !== null) this.#details.showRecord(this.#selectedUuid);
    if (this.#list.selected !== -1) this.#list.scrollToRow(this.#list.selected, 'nearest');
    this.#remember();
  }

  #layout(): void {
    this.#details.root.hidden = !this.#paneOpen;
    this.root.style.setProperty('--riff-pane', `${this.#splitter.height}px`);
  }

  #remember(): void {
    if (this.#state === null || this.#restoring !== null) return;
    this.#host.saveViewState({
      version: 1,
      ...this.#list.position,
      selectedUuid: this.#selectedUuid,
      paneHeight: this.#splitter.height,
      paneOpen: this.#paneOpen,
    });
  }

  #showFindings(): void {
    this.#setPane(true);
    this.#details.showFindings();
  }

  async #goToFinding(finding: Finding): Promise<void> {
    if (finding.uuid !== null) {
      await this.reveal(finding.uuid);
      this.#list.focus();
    } else if (finding.repairable) this.#details.showFinding(finding.id);
    else await this.#actions.act(() => this.#host.client.request('openText', { line: finding.line }));
  }

  /**
   * The finding of the selected row if it can be repaired, the one after it when asked again, else the worst that can; its best
   * candidate gets the focus.
   */
  async #goToNextRepair(): Promise<void> {
    const repairable = this.#state?.findings.filter((finding) => finding.repairable) ?? [];
    const here = repairable.findIndex((one) => one.uuid !== null && one.uuid === this.#selectedUuid);
    const again = here !== -1 && repairable[here]?.id === this.#lastOffered;
    const finding = repairable[again ? (here + 1) % repairable.length : Math.max(0, here)];
    if (finding === undefined) return;
    this.#lastOffered = finding.id;
    this.#setPane(true);
    if (finding.uuid === null) this.#details.showFinding(finding.id);
    else await this.reveal(finding.uuid);
    this.#details.focusBestRepair();
  }

  async #repair(finding: Finding, index: number, offered: OfferedSuggestion): Promise<void> {
    const { fingerprint } = offered;
    await this.#actions.act(() => this.#host.client.request('repair', { findingId: finding.id, index, fingerprint }));
  }

  async #revert(eventId: string): Promise<void> {
    await this.#actions.act(() => this.#host.client.request('revert', { eventId }));
  }
}

/** The record to look at first: of an error that can be repaired, else of an error, else of any finding; null when none has one. */
function mostUrgent(findings: readonly Finding[]): string | null {
  const placed = findings.filter((finding) => finding.uuid !== null);
  const errors = placed.filter((finding) => finding.severity === 'error');
  return (errors.find((finding) => finding.repairable) ?? errors[0] ?? placed[0])?.uuid ?? null;
}
