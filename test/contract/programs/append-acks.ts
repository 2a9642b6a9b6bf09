/**
 * A program that appends to a session's log until it is told to end, and writes the id of each event that was acknowledged.
 *
 *     node append-acks.cjs <data directory> <service entry> <session> <name>
 */
import { writeSync } from 'node:fs';
import { openLocalStore } from '../../../src/store/open-store.ts';
import { appendEventually, draft } from '../sample.ts';

async function main(): Promise<void> {
  const [dataDir = '', serviceEntry = '', session = '', name = ''] = process.argv.slice(2);
  const ending = new AbortController();
  process.on('SIGTERM', () => {
    ending.abort();
  });
  const store = await openLocalStore({ dataDir, serviceEntry });
  while (!ending.signal.aborted) {
    const event = await appendEventually(
      store,
      draft(session, { message_id: `m${Date.now() % 40}`, operator: `agent:${name}`, old_parent_uuid: null, event_type: 'note' }),
    );
    // At once: what this process has said before it was killed is what counts.
    writeSync(1, `${event.event_id}\n`);
  }
  await store.close();
}

void main();
