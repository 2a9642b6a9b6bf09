/**
 * A program that appends to a session's log, closes the store and ends by itself.
 *
 *     node append-many.cjs <data directory> <service entry> <session> <name> <count>
 */
import { openLocalStore } from '../../../src/store/open-store.ts';
import { appendEventually, draft } from '../sample.ts';

async function main(): Promise<void> {
  const [dataDir = '', serviceEntry = '', session = '', name = '', count = '0'] = process.argv.slice(2);
  const store = await openLocalStore({ dataDir, serviceEntry });
  const stop = await store.subscribe(session, () => undefined);
  const ids: string[] = [];
  for (let index = 0; index < Number(count); index += 1) {
    const event = await appendEventually(store, draft(session, { message_id: `${name}-${index}`, operator: `agent:${name}` }));
    ids.push(event.event_id);
  }
  stop();
  await store.close();
  process.stdout.write(JSON.stringify(ids));
}

void main();
