/**
 * Processes that append to one session at the same time.
 *
 *     npm run stress [-- --processes N] [--events N]
 */
import { parseArgs } from 'node:util';
import { verifyChain } from '../../src/core/log/verify/verify.ts';
import { sha256 } from '../../src/files/sha256.ts';
import { localHarness } from '../contract/local-harness.ts';
import { buildProgram, runProgram } from '../contract/programs/run.ts';

const { values } = parseArgs({ options: { processes: { type: 'string', default: '3' }, events: { type: 'string', default: '1000' } } });
const names = Array.from({ length: Number(values.processes) }, (_, index) => `p${index + 1}`);
const harness = await localHarness();
const store = await harness.open();
try {
  const program = await buildProgram('append-many', harness.root);
  const started = performance.now();
  const written = await Promise.all(
    names.map(
      async (name) =>
        JSON.parse(await runProgram(program, [harness.dataDir, harness.serviceEntry, 'crowd', name, values.events])) as string[],
    ),
  );
  const seconds = (performance.now() - started) / 1000;
  const events = await store.events('crowd');
  const problems = verifyChain(events, sha256);
  const stored = new Set(events.map((event) => event.event_id));
  const lost = written.flat().filter((id) => !stored.has(id)).length;
  const doubled = events.length - stored.size;
  const strangers = events.length - written.flat().length;
  const view = await store.rebuildView('crowd');
  const isRight = problems.length + lost + doubled + strangers === 0 && view?.drift_detected === false;
  console.log(
    `${names.length} processes × ${values.events} events: ${events.length} in the log, seq 1…${events.at(-1)?.seq ?? 0}; ` +
      `${lost} lost, ${doubled} doubled, ${strangers} unaccounted for, ${problems.length} problems of the chain, view ${view?.drift_detected === false ? 'right' : 'wrong'}; ` +
      `${seconds.toFixed(1)} s, ${Math.round(events.length / seconds)} events a second`,
  );
  if (!isRight) process.exitCode = 1;
} finally {
  await store.close();
  await harness.dispose();
}
