// @ts-check
/** `npm test [-- TIER…]`: installs what is missing and runs the tests; `scripts/tiers.ts` has the rest. */
import { continueIn, ensureDependencies, runMain } from './bootstrap.mjs';

await runMain(async () => {
  await ensureDependencies();
  return continueIn('scripts/tiers.ts', process.argv.slice(2));
});
