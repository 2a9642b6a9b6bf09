import type { RowSearch } from '../../src/core/session/graph/session-graph.ts';
import type { StringKey } from '../../src/protocol/strings.ts';
import { ORPHAN } from '../list/row-words.ts';
import type { PageParts } from './repair-desk.ts';

/** Navigation from the selected record along its links, and to the next record of a kind. */
export class Walk {
  readonly #parts: PageParts;

  constructor(parts: PageParts) {
    this.#parts = parts;
  }

  toParent(): void {
    const { place, status, texts } = this.#parts;
    const { row } = place;
    if (row === undefined) return;
    if (row.parentRow >= 0) place.goTo(row.parentRow);
    else if (row.parentRow === ORPHAN && row.suggestedRow !== null) place.goTo(row.suggestedRow);
    else status.say(texts.say('noParentHere'));
  }

  toChild(): void {
    const { host, place, pane, actions, status, texts } = this.#parts;
    const { uuid } = place;
    if (uuid === null) return;
    void actions.attempt(async () => {
      const record = pane.details.record ?? (await host.client.request('record', { uuid }));
      const child = record?.uuid === uuid ? record.children[0] : undefined;
      if (child === undefined) status.say(texts.say('noChildHere'));
      else await place.reveal(child.uuid);
    });
  }

  /** @param none text that is shown when there is no further one */
  async toNext(search: RowSearch, direction: 1 | -1, none: StringKey): Promise<void> {
    const { host, place, actions, status, texts } = this.#parts;
    const from = place.uuid;
    await actions.attempt(async () => {
      const uuid = await host.client.request('nextRecord', { from, direction, search });
      if (uuid === null) status.say(texts.say(none));
      else await place.reveal(uuid);
    });
  }
}
