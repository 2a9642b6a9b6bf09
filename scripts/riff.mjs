// @ts-check
/** `npm run --silent riff -- ARGS`: builds the command and runs it, in the folder the user is in. */
import { continueIn, ensureDependencies, runMain } from './bootstrap.mjs';

await runMain(async () => {
  await ensureDependencies();
  const { build } = await import('./build.mjs');
  await build({});
  return continueIn('dist/cli.cjs', process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
});
