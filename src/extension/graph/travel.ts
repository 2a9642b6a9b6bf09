import { checkpointName } from '../../core/log/position/checkpoints.ts';
import { eventTitle } from '../../core/log/event-text.ts';
import { changesView, type RepairEvent } from '../../core/log/event.ts';
import { replay } from '../../core/log/replay.ts';
import type { SessionView } from '../../core/session/travel/session-travel.ts';
import type { ParentName, StateChanges } from '../../core/session/state-changes.ts';
import {
  MAX_CHANGES,
  MAX_TICKS,
  NEAR_TICKS,
  type ChangedRecord,
  type ChangeCounts,
  type LogTick,
  type ParentRef,
  type TicksAnswer,
  type TravelState,
} from '../../protocol/travel.ts';
import type { RepairOutcome, SessionHandle } from '../session/handle.ts';
import type { GraphSession, Opening, Travel } from './graph-session.ts';
import { recordRef } from './record-ref.ts';

interface Place {
  readonly at: number | null;
  readonly against: number | null;
}

/** What is drawn instead of the session as it is. */
interface Away {
  readonly place: Place;
  readonly handle: SessionHandle;
  readonly view: SessionView;
  /** Null where nothing is compared. */
  readonly changes: StateChanges | null;
}

const NOW: Place = { at: null, against: null };

/** A session as one page sees it: as it is now, or at another position of its log, where nothing can be changed. */
export class TravellingSession implements GraphSession, Travel {
  readonly #base: GraphSession;
  readonly #onChange: () => void;
  readonly #report: (problem: string, cause: unknown) => void;
  #wanted: Place = NOW;
  #away: Away | null = null;
  /** Grows with each journey: an older one that arrives late is dropped. */
  #journeys = 0;
  #steps = 0;

  /** @param onChange called when something else is to be drawn */
  constructor(base: GraphSession, onChange: () => void, report: (problem: string, cause: unknown) => void) {
    this.#base = base;
    this.#onChange = onChange;
    this.#report = report;
  }

  get uri(): GraphSession['uri'] {
    return this.#base.uri;
  }

  get name(): string {
    return this.#base.name;
  }

  get revision(): number {
    return this.#base.revision + this.#steps;
  }

  get opening(): Opening {
    return this.#away === null || this.#base.opening.kind !== 'open' ? this.#base.opening : { kind: 'open', handle: this.#away.handle };
  }

  get travel(): Travel {
    return this;
  }

  get isAway(): boolean {
    return this.#away !== null;
  }

  get state(): TravelState {
    const { at, against } = this.#away?.place ?? NOW;
    const changes = this.#away?.changes ?? null;
    return { head: this.#events().length, at, against, counts: changes === null ? null : countsOf(changes) };
  }

  reopen(): Promise<void> {
    return this.#base.reopen();
  }

  /** The session changed: what is drawn of another position is drawn anew. Never rejects. */
  async baseChanged(): Promise<void> {
    if (this.#wanted === NOW) {
      this.#onChange();
      return;
    }
    try {
      await this.#go(this.#wanted);
    } catch (cause) {
      this.#report('A position of the log could not be drawn again', cause);
      await this.#go(NOW);
    }
  }

  async travelTo(at: number | null, against: number | null): Promise<void> {
    const head = this.#events().length;
    const clip = (seq: number | null): number | null => (seq === null ? null : Math.min(seq, head));
    const place = { at: clip(at) === head ? null : clip(at), against: clip(against) };
    await this.#go(place.at === null && place.against === null ? NOW : place);
  }

  ticks(around: number | null): TicksAnswer {
    const events = this.#events();
    const head = events.length;
    const step = Math.ceil(head / MAX_TICKS);
    const isAsked = (event: RepairEvent): boolean =>
      around === null
        ? event.seq % step === 0 || event.seq === head || checkpointName(event) !== null
        : Math.abs(event.seq - around) <= NEAR_TICKS;
    const { opening } = this.#base;
    const active = opening.kind === 'open' ? opening.handle.activeEventIds : new Set();
    return { head, ticks: events.filter(isAsked).map((event) => tickOf(event, active.has(event.event_id))) };
  }

  async changes(): Promise<readonly ChangedRecord[]> {
    const away = this.#away;
    if (away === null || away.changes === null) return [];
    const { parents, added, removed, gained, lost } = away.changes;
    const ref = ({ uuid, isMissing }: ParentName): Promise<ParentRef> =>
      uuid === null ? Promise.resolve(isMissing ? 'missing' : null) : recordRef(away.view.records, uuid);
    const moved = parents.slice(0, MAX_CHANGES).map(async ({ uuid, before, after }): Promise<ChangedRecord> => ({
      kind: 'parents',
      record: await recordRef(away.view.records, uuid),
      before: await ref(before),
      after: await ref(after),
    }));
    const named = (kind: ChangedRecord['kind'], uuids: readonly string[]): Promise<ChangedRecord>[] =>
      uuids
        .slice(0, MAX_CHANGES)
        .map(async (uuid) => ({ kind, record: await recordRef(away.view.records, uuid), before: null, after: null }));
    return Promise.all([
      ...moved,
      ...named('added', added),
      ...named('removed', removed),
      ...named('gained', gained),
      ...named('lost', lost),
    ]);
  }

  dispose(): void {
    this.#journeys++;
    this.#leave();
  }

  async #go(place: Place): Promise<void> {
    const journey = ++this.#journeys;
    this.#wanted = place;
    const away = place === NOW ? null : await this.#reached(place);
    if (journey !== this.#journeys) {
      void away?.view.dispose();
      return;
    }
    this.#leave();
    this.#away = away;
    this.#steps++;
    this.#onChange();
  }

  async #reached(place: Place): Promise<Away | null> {
    const { opening } = this.#base;
    if (opening.kind !== 'open') return null;
    const { handle } = opening;
    const state = replay(handle.events.slice(0, place.at ?? handle.events.length));
    const view = await handle.model.travel.at(state.repairs());
    const changes = place.against === null ? null : await view.travel.changesFrom(replay(handle.events.slice(0, place.against)).repairs());
    return { place, view, changes, handle: lookingAt(handle, view, state.events(), state.activeEventIds()) };
  }

  #leave(): void {
    this.#away?.view.dispose().catch((cause: unknown) => this.#report('A position of the log could not be closed', cause));
    this.#away = null;
  }

  #events(): readonly RepairEvent[] {
    const { opening } = this.#base;
    return opening.kind === 'open' ? opening.handle.events : [];
  }
}

/** The session as it was: everything that would change it is refused. */
function lookingAt(
  handle: SessionHandle,
  model: SessionView,
  events: readonly RepairEvent[],
  activeEventIds: ReadonlySet<string>,
): SessionHandle {
  const stopped: Exclude<RepairOutcome, { kind: 'done' }> = {
    kind: 'failed',
    message: 'The graph shows another position of the repair log.',
    remedy: 'Go back to now first.',
  };
  const refuse = (): Promise<RepairOutcome> => Promise.resolve(stopped);
  return {
    uri: handle.uri,
    model,
    events,
    activeEventIds,
    waitingEventIds: handle.waitingEventIds,
    storeState: handle.storeState,
    onDidChange: handle.onDidChange,
    readLog: () => handle.readLog(),
    repair: refuse,
    repairAll: () => Promise.resolve({ done: [], stopped }),
    revert: refuse,
    ignore: refuse,
    note: refuse,
  };
}

function tickOf(event: RepairEvent, active: boolean): LogTick {
  const name = checkpointName(event);
  const kind =
    name !== null ? 'checkpoint' : event.event_type === 'reverted' ? 'reverted' : changesView(event.event_type) ? 'repair' : 'remark';
  const { seq, operator, timestamp } = event;
  return { seq, kind, title: name ?? eventTitle(event), operator, timestamp, active };
}

function countsOf({ parents, added, removed, gained, lost }: StateChanges): ChangeCounts {
  return { parents: parents.length, added: added.length, removed: removed.length, gained: gained.length, lost: lost.length };
}
