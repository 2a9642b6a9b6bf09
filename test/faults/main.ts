/**
 * Rounds of killed processes; in the last ones it is the extension host of a real window.
 *
 *     npm run faults [-- --rounds N] [--windows N]
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../../scripts/bootstrap.mjs';
import { build } from '../../scripts/build.mjs';
import { openLocalStore } from '../../src/store/open-store.ts';
import { startVscode } from '../harness/vscode.ts';
import { killHostRound } from './host-round.ts';
import { FaultRounds } from './rounds.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '100' }, windows: { type: 'string', default: '5' } } });
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
failed += await killHosts(Number(values.windows));
if (failed > 0) process.exitCode = 1;

/** @returns rounds that failed */
async function killHosts(count: number): Promise<number> {
  if (count === 0) return 0;
  await build({});
  const vscode = await startVscode();
  const store = await openLocalStore({ dataDir: vscode.sandbox.dataDir, serviceEntry: path.join(root, 'dist', 'service.cjs') });
  let failures = 0;
  try {
    const window = await vscode.openWindow();
    for (let round = 1; round <= count; round += 1) {
      const { survived, faults } = await killHostRound(vscode, window, store, round, round * 25);
      console.log(`extension host ${round}, killed with ${survived} events in the log: ${faults.length === 0 ? 'ok' : faults.join('; ')}`);
      if (faults.length > 0) failures += 1;
      await window.page.reload();
      await window.untilReady();
    }
  } finally {
    await store.close();
    await vscode.close();
  }
  return failures;
}
