/**
 * Rounds of killed processes.
 *
 *     npm run faults [-- --rounds N]
 */
import { parseArgs } from 'node:util';
import { FaultRounds } from './rounds.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '100' } } });
const rounds = await FaultRounds.prepare();
let failed = 0;
let acknowledged = 0;
const started = performance.now();
try {
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    const result = await rounds.run(round);
    acknowledged += result.acknowledged;
    if (result.faults.length > 0) failed += 1;
    const { victim, afterMs, debris, faults } = result;
    console.log(
      `${round}  ${victim} after ${afterMs} ms, ${debris} left behind, ${result.acknowledged} acknowledged: ${faults.length === 0 ? 'ok' : faults.join('; ')}`,
    );
  }
} finally {
  await rounds.dispose();
}
console.log(
  `${values.rounds} rounds, ${failed} failed; ${acknowledged} acknowledged events; ${((performance.now() - started) / 1000).toFixed(0)} s`,
);
if (failed > 0) process.exitCode = 1;
