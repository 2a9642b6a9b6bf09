import type { Confidence } from '../../src/core/findings/finding.ts';
import type { GraphRow } from '../../src/core/session/analysis-types.ts';
import { MAX_MARKED } from '../../src/protocol/messages.ts';
import type { StringKey } from '../../src/protocol/strings.ts';
import type { ActionRunner } from '../action-runner.ts';
import { effectWords } from '../details/effect-words.ts';
import type { Host } from '../host.ts';
import { ORPHAN } from '../list/row-words.ts';
import { visibleText } from '../elements/safe-text.ts';
import type { StatusBar } from '../status-bar.ts';
import type { Texts } from '../elements/text.ts';
import { confirm } from './confirm.ts';
import type { Place } from './place.ts';

const CONFIDENCE: Readonly<Record<Confidence, StringKey>> = {
  high: 'confidenceHigh',
  medium: 'confidenceMedium',
  low: 'confidenceLow',
};

/** The parts of the page that manual repairs need. */
export interface ByHandParts {
  readonly host: Host;
  readonly texts: Texts;
  readonly status: StatusBar;
  readonly actions: ActionRunner;
  readonly place: Place;
  /** Marks changed. */
  onMarks(count: number): void;
}

/** Manual repairs: marked rows that are repaired together, and a record that is moved under another parent. */
export class ByHand {
  readonly #parts: ByHandParts;
  readonly #marked = new Set<string>();
  #picked: string | null = null;

  constructor(parts: ByHandParts) {
    this.#parts = parts;
  }

  get marked(): number {
    return this.#marked.size;
  }

  /** Toggles the mark of a row. */
  toggleMark(row: GraphRow): void {
    if (!this.#marked.delete(row.uuid) && this.#marked.size < MAX_MARKED) this.#marked.add(row.uuid);
    this.#showMarks();
  }

  /** Marks all of these rows. */
  mark(rows: readonly GraphRow[]): void {
    for (const { uuid } of rows) if (this.#marked.size < MAX_MARKED) this.#marked.add(uuid);
    this.#showMarks();
  }

  clearMarks(): void {
    this.#marked.clear();
    this.#showMarks();
  }

  /** Shows the joint effect of the repairs of all marked rows, and makes them if the user confirms. */
  async repairMarked(): Promise<void> {
    const { actions, host, status, texts } = this.#parts;
    const uuids = [...this.#marked];
    await actions.attempt(async () => {
      const plan = await host.client.request('planMarked', { uuids });
      if (plan.repairs.length === 0) {
        status.say(texts.say('noMarkedRepairs'));
        return;
      }
      const wanted = await confirm(
        {
          title: texts.plural(plan.repairs.length, 'confirmMarkedTitleOne', 'confirmMarkedTitleMany'),
          parts: plan.repairs.map(({ line, title, confidence }) =>
            texts.say('confirmMarkedLine', line, visibleText(title), texts.say(CONFIDENCE[confidence])),
          ),
          effect: effectWords(plan.effect, texts),
          notes: [
            ...(plan.without === 0 ? [] : [texts.plural(plan.without, 'confirmWithoutOne', 'confirmWithoutMany')]),
            texts.say('confirmKept'),
          ],
          yes: texts.say('repairThis'),
        },
        texts,
      );
      if (!wanted) {
        status.say(texts.say('cancelledByYou'));
        return;
      }
      await actions.act(() => host.client.request('repairMarked', { uuids, fingerprint: plan.fingerprint }));
      this.clearMarks();
    });
  }

  /** Picks the selected record up, or drops the picked-up record on it. */
  pickOrDrop(): void {
    const { place, status, texts } = this.#parts;
    const { row } = place;
    if (row === undefined) return;
    if (this.#picked === null) {
      this.#pick(row.uuid);
      status.say(texts.say('picked', row.line));
    } else if (this.#picked === row.uuid) this.putBack();
    else void this.drop(this.#picked, row.uuid);
  }

  /** Cancels the pick-up and removes the marks. @returns whether there was anything to do */
  putBack(): boolean {
    const { status, texts } = this.#parts;
    if (this.#picked !== null) {
      this.#pick(null);
      status.say(texts.say('putBack'));
      return true;
    }
    if (this.#marked.size === 0) return false;
    this.clearMarks();
    return true;
  }

  /** Whether a row can be dragged: its parent is missing. */
  canDrag(row: GraphRow): boolean {
    return row.parentRow === ORPHAN;
  }

  /** The effect of dropping a record on another one, in words. */
  async foretell(uuid: string, parent: string): Promise<string> {
    const { host, texts } = this.#parts;
    const plan = await host.client.request('planMove', { uuid, parent });
    return plan.kind === 'refused' ? visibleText(plan.reason) : effectWords(plan.effect, texts);
  }

  /** Shows the effect of making a record a child of another one, and does it if the user confirms. */
  async drop(uuid: string, parent: string): Promise<void> {
    const { actions, host, status, texts } = this.#parts;
    await actions.attempt(async () => {
      const plan = await host.client.request('planMove', { uuid, parent });
      if (plan.kind === 'refused') {
        status.say(texts.say('moveRefused', visibleText(plan.reason)));
        return;
      }
      const name = ({ label, text }: typeof plan.record): string => visibleText([label, text.slice(0, 80)].filter(Boolean).join(' · '));
      const wanted = await confirm(
        {
          title: texts.say('confirmMoveTitle', plan.record.line ?? '?', plan.parent.line ?? '?'),
          parts: [name(plan.record), name(plan.parent)],
          effect: effectWords(plan.effect, texts),
          notes: [texts.say('confirmKept')],
          yes: texts.say('moveButton'),
        },
        texts,
      );
      this.#pick(null);
      if (wanted) await actions.act(() => host.client.request('move', { uuid, parent, fingerprint: plan.fingerprint }));
      else status.say(texts.say('putBack'));
    });
  }

  #pick(uuid: string | null): void {
    this.#picked = uuid;
    this.#parts.place.list.setPicked(uuid);
  }

  #showMarks(): void {
    this.#parts.place.list.setMarks(this.#marked);
    this.#parts.onMarks(this.#marked.size);
  }
}
