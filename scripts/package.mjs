// @ts-check
/** `npm run package`: builds the VSIX for this platform. */
import { continueIn, ensureDependencies, runMain } from './bootstrap.mjs';

await runMain(async () => {
  await ensureDependencies();
  return continueIn('scripts/vsix.ts', process.argv.slice(2));
});
