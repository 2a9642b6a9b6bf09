// @ts-check
/** `npm start [-- FILE]`: installs, builds, and opens VS Code with Riff and a session. */
import path from 'node:path';
import { continueIn, ensureDependencies, runMain } from './bootstrap.mjs';

await runMain(async () => {
  await ensureDependencies();
  // npm changes into the checkout; a relative FILE means the folder the user is in.
  const from = process.env.INIT_CWD ?? process.cwd();
  return continueIn(
    'scripts/open.ts',
    process.argv.slice(2).map((file) => path.resolve(from, file)),
  );
});
