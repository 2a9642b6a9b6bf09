import type { ArrangementChoice } from '../src/core/arrangement/arrangement.ts';
import type { ViewSize } from '../src/core/session/graph/session-graph.ts';
import type { ReadyState } from '../src/protocol/messages.ts';
import { ActionRunner } from './action-runner.ts';
import { element } from './elements/dom.ts';
import { Header } from './header.ts';
import type { Host } from './host.ts';
import { HoverCard } from './hover-card.ts';
import { Keyboard } from './keys/keyboard.ts';
import { RowDrag } from './list/row-drag.ts';
import { Minimap } from './minimap/minimap.ts';
import { Notices } from './notices.ts';
import { Agents } from './page/agents.ts';
import { ByHand } from './page/by-hand.ts';
import { Commands } from './page/commands.ts';
import { Arranging, FIRST_CHOICE } from './page/arranging.ts';
import { Finder } from './page/finder.ts';
import { Follower } from './page/follower.ts';
import { Pane } from './page/pane.ts';
import { Place } from './page/place.ts';
import { mostUrgent, RepairDesk } from './page/repair-desk.ts';
import { Walk } from './page/walk.ts';
import { StatusBar } from './status-bar.ts';
import type { Texts } from './elements/text.ts';
import { onPixelRatioChange, Theme } from './theme.ts';
import { Travel } from './travel/travel.ts';
import { ViewBar } from './view-bar.ts';
import { emptyViewState, type ViewState } from './view-state.ts';

/** The graph of one session: header, rows, minimap, details and keys. */
export class GraphPage {
  readonly root = element('div', { class: 'graph-page' });
  readonly #host: Host;
  readonly #texts: Texts;
  readonly #theme: Theme;
  readonly #header: Header;
  readonly #notices = new Notices();
  readonly #finder: Finder;
  readonly #viewBar: ViewBar;
  readonly #arranging: Arranging;
  readonly #place: Place;
  readonly #minimap: Minimap;
  readonly #follower: Follower;
  readonly #pane: Pane;
  readonly #desk: RepairDesk;
  readonly #byHand: ByHand;
  readonly #status: StatusBar;
  readonly #actions: ActionRunner;
  readonly #agents: Agents;
  readonly #walk: Walk;
  readonly #hover: HoverCard;
  readonly #travel: Travel;
  readonly #commands: Commands;
  #state: ReadyState | null = null;
  #size: ViewSize = { rows: 0, of: 0 };
  #restoring: ViewState | null;
  /** Whether the first rows were shown, so that there is a position to go to. */
  #arrived = false;
  readonly #end = new AbortController();

  constructor(host: Host, texts: Texts) {
    this.#host = host;
    this.#texts = texts;
    const saved = host.loadViewState();
    this.#restoring = saved;
    // Requested first, so that the answer arrives while the page is built.
    this.#arranging = new Arranging(host.client, saved?.choice ?? FIRST_CHOICE, {
      onArranged: (size, choice) => this.#onArranged(size, choice),
      onFailed: (cause) => this.#status.explain(cause),
    });
    void this.#arranging.refresh();
    this.#theme = new Theme(() => this.#repaint(), this.#end.signal);
    onPixelRatioChange(() => this.#repaint(), this.#end.signal);
    this.#status = new StatusBar(texts, () => this.#commands.toggleDetails());
    this.#actions = new ActionRunner(this.#status, texts, this.root);
    this.#agents = new Agents(host, texts, this.#status, this.#actions);
    this.#finder = this.#makeFinder();
    this.#viewBar = new ViewBar(texts, this.#finder.root, {
      onFilter: (filter) => void this.#commands.show(filter),
      onFold: (group, folded) => void this.#commands.setFolded(group, folded),
      onRepairMarked: () => void this.#byHand.repairMarked(),
      onClearMarks: () => this.#byHand.clearMarks(),
    });
    this.#place = this.#makePlace(saved);
    this.#follower = new Follower(this.#place.list, texts, saved?.follow ?? false, () => this.#remember());
    this.#status.addButton(this.#follower.button);
    this.#pane = this.#makePane(saved);
    const parts = { host, texts, status: this.#status, actions: this.#actions, place: this.#place, pane: this.#pane };
    this.#desk = new RepairDesk(parts);
    this.#walk = new Walk(parts);
    this.#byHand = this.#makeByHand();
    this.#header = this.#makeHeader();
    this.#minimap = new Minimap(
      {
        onGoTo: (share) => this.#place.list.scrollToShare(share),
        onGoToRow: (row) => this.#place.goTo(row),
        fetch: (buckets) => host.client.request('overview', { buckets }),
        onFailed: (cause) => this.#status.explain(cause),
      },
      this.#theme.palette,
    );
    this.#minimap.setLabel(texts.say('minimapLabel'));
    this.#hover = new HoverCard(host.client, texts, this.#end.signal, (entry) => void this.#desk.revert(entry.eventId));
    this.#travel = new Travel(host.client, texts, {
      goTo: (uuid) => void this.reveal(uuid),
      explain: (cause) => this.#status.explain(cause),
    });
    this.#commands = this.#makeCommands();
    this.#assemble();
  }

  /** Shows a newer state and keeps position and selection, whatever moved. */
  show(state: ReadyState): void {
    const known = this.#state;
    if (known !== null && state.revision < known.revision) return;
    this.#state = state;
    this.#header.show(state, this.#texts);
    this.#notices.show(state.summary.notices, this.#texts);
    this.#travel.show(state.travel, this.#texts);
    this.#desk.update(state);
    this.#place.name(state);
    this.#pane.details.update(state);
    const unseen = this.#follower.expect(state.summary);
    if (unseen > 0) this.#status.say(this.#texts.plural(unseen, 'newMessagesOne', 'newMessagesMany'));
    if (known !== null) void this.#arranging.refresh();
    this.#finder.refresh();
  }

  /** Stops listening; the page is about to be removed. */
  dispose(): void {
    this.#end.abort();
    this.#hover.hide();
  }

  /** Selects a record and scrolls to it. */
  async reveal(uuid: string): Promise<void> {
    await this.#place.reveal(uuid);
  }

  focus(): void {
    this.#place.list.focus();
  }

  #makeCommands(): Commands {
    return new Commands({
      host: this.#host,
      texts: this.#texts,
      status: this.#status,
      actions: this.#actions,
      agents: this.#agents,
      arranging: this.#arranging,
      byHand: this.#byHand,
      desk: this.#desk,
      finder: this.#finder,
      follower: this.#follower,
      hover: this.#hover,
      pane: this.#pane,
      place: this.#place,
      walk: this.#walk,
      state: () => this.#state,
      size: () => this.#size,
    });
  }

  #makeFinder(): Finder {
    return new Finder(this.#host.client, this.#texts, {
      onMarks: () => {
        this.#place.reload();
        void this.#minimap.refresh(this.#size.rows);
      },
      onFound: (uuid) => this.#place.reveal(uuid),
      onSay: (message) => this.#status.say(message),
      onFailed: (cause) => this.#status.explain(cause),
      onLeave: () => this.#place.list.focus(),
      current: () => this.#place.uuid,
    });
  }

  #makePlace(saved: ViewState | null): Place {
    return new Place(this.#host, this.#texts, this.#status, this.#theme.palette, saved?.selectedUuid ?? null, {
      onClick: () => this.#pane.openIfUndecided(),
      onOpen: () => this.#commands.openLine(),
      onMark: (rows) => {
        const [only] = rows;
        if (rows.length === 1 && only !== undefined) this.#byHand.toggleMark(only);
        else this.#byHand.mark(rows);
      },
      onHover: (row, anchor) => this.#hover.over(row, anchor),
      onHidden: ({ row, open }) => this.#arranging.unhide(open, row === null),
      onTurnFold: (row) => {
        const name = row.fold?.opens ?? row.fold?.closes ?? null;
        if (name !== null) void this.#commands.turn(name, row, row.fold?.opens === null ? 'saidFolded' : 'saidUnfolded');
      },
      onScroll: () => {
        this.#minimap.setVisible(this.#place.list.visibleShare);
        if (this.#restoring === null) this.#follower.scrolled();
        this.#hover.hide();
        this.#remember();
      },
      onSelected: (uuid) => {
        this.#hover.hide();
        if (uuid !== null && this.#pane.isOpen) this.#pane.details.showRecord(uuid);
        this.#remember();
      },
    });
  }

  #makeByHand(): ByHand {
    const place = this.#place;
    const byHand = new ByHand({
      host: this.#host,
      texts: this.#texts,
      status: this.#status,
      actions: this.#actions,
      place,
      onMarks: (count) => this.#viewBar.showMarks(count, this.#texts),
    });
    new RowDrag(place.list.root, {
      canDrag: (row) => byHand.canDrag(row),
      rowAt: (target) => place.list.rowAt(target),
      foretell: (uuid, parent) => byHand.foretell(uuid, parent),
      drop: (uuid, parent) => byHand.drop(uuid, parent),
    });
    return byHand;
  }

  #makePane(saved: ViewState | null): Pane {
    const { client } = this.#host;
    return new Pane(client, this.#texts, this.#status, saved, {
      onRepair: (finding, index, offered) => void this.#desk.repair(finding, index, offered),
      onIgnore: ({ id }) => void this.#actions.act(() => client.request('ignore', { findingId: id })),
      onPreview: ({ id }, fingerprint) => void this.#actions.act(() => client.request('preview', { findingId: id, fingerprint })),
      onSplit: ({ id }) => void this.#actions.act(() => client.request('splitBranches', { findingId: id })),
      onGoTo: (uuid) => void this.#place.reveal(uuid),
      onAgent: (id) => this.#agents.open(id),
      onLink: (address) => void this.#actions.act(() => client.request('openLink', { address })),
      fetchPicture: (uuid, at) => client.request('picture', { uuid, at }),
      onRevert: (entry) => void this.#desk.revert(entry.eventId),
      onChooseFinding: (finding) => void this.#desk.goTo(finding),
      onClose: () => this.#pane.set(false),
      onFailed: (cause) => this.#status.explain(cause),
      onLayout: (toggled) => this.#onPaneLayout(toggled),
      onLostFocus: () => this.#place.list.focus(),
    });
  }

  #makeHeader(): Header {
    const { client } = this.#host;
    return new Header(this.#texts, {
      onRepairAll: () => void this.#actions.act(() => client.request('repairAll', {})),
      onNextRepair: () => void this.#desk.goToNextRepair(),
      onWriteCopy: () => void this.#actions.act(() => client.request('writeCopy', {})),
      onSync: () => void this.#actions.act(() => client.request('sync', {})),
      onOpenText: () => void this.#actions.act(() => client.request('openText', { line: null })),
      onFinding: (direction) => this.#commands.goToNext('finding', direction),
      onShowFindings: () => this.#desk.showFindings(),
      onShowKeys: () => this.#commands.showKeys(),
      onShowSession: () => this.#agents.open(null),
    });
  }

  #assemble(): void {
    const { list } = this.#place;
    const rows = element('main', { class: 'graph' }, [list.root, this.#minimap.root, this.#follower.pill]);
    const above = element('div', { class: 'above' }, [this.#notices.root, this.#travel.bar, this.#viewBar.root]);
    const foot = element('div', { class: 'foot' }, [this.#travel.slider, this.#status.root]);
    this.root.append(this.#header.root, above, rows, this.#pane.details.root, foot, this.#hover.root);
    this.root.style.setProperty('--riff-pane', `${this.#pane.height}px`);
    const rowsFocused = (): boolean => document.activeElement === list.root || document.activeElement === document.body;
    new Keyboard(this.#commands, rowsFocused).listen(document, this.#end.signal);
  }

  #repaint(): void {
    this.#place.list.setPalette(this.#theme.palette);
    this.#minimap.setPalette(this.#theme.palette);
  }

  /** Goes to the position the user left, else to the most urgent finding, else stays at the top. */
  async #arrive(state: ReadyState): Promise<void> {
    const saved = this.#restoring;
    this.#restoring = null;
    if (saved !== null) {
      await this.#place.restore(saved);
      if (saved.follow) this.#place.list.scrollToEnd();
      return;
    }
    if (state.findings.length === 0) return;
    this.#pane.set(true);
    const first = mostUrgent(state.findings);
    if (first !== null && this.#place.list.selected === -1) await this.#place.reveal(first);
  }

  async #onArranged(size: ViewSize, choice: ArrangementChoice): Promise<void> {
    this.#size = size;
    this.#viewBar.show(choice, size, this.#texts);
    // Rows before the minimap: requests are answered in order.
    const placed = this.#place.renew(size.rows);
    void this.#minimap.refresh(size.rows);
    await placed;
    if (!this.#arrived && this.#state !== null) {
      this.#arrived = true;
      await this.#arrive(this.#state);
    }
    if (this.#restoring === null) this.#follower.arrived();
    this.#remember();
  }

  #onPaneLayout(toggled: boolean): void {
    this.root.style.setProperty('--riff-pane', `${this.#pane.height}px`);
    const { list, uuid } = this.#place;
    if (toggled && this.#pane.isOpen && uuid !== null) this.#pane.details.showRecord(uuid);
    if (toggled && list.selected !== -1) list.scrollToRow(list.selected, 'nearest');
    this.#remember();
  }

  #remember(): void {
    if (!this.#arrived || this.#restoring !== null) return;
    this.#host.saveViewState(() => this.#viewState());
  }

  #viewState(): ViewState {
    const { topRow, offset, uuid } = this.#place.anchor();
    return {
      ...emptyViewState(this.#pane.height),
      topRow,
      offset,
      topUuid: uuid,
      selectedUuid: this.#place.uuid,
      paneOpen: this.#pane.isOpen,
      follow: this.#follower.isOn,
      choice: this.#arranging.choice,
    };
  }
}
