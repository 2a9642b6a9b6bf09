// @ts-check
/** `npm run test:resume -- ARGS`: resumes sessions with the client itself; see docs/resume.md. */
import { continueIn, ensureDependencies, runMain } from './bootstrap.mjs';

await runMain(async () => {
  await ensureDependencies();
  return continueIn('test/resume/main.ts', process.argv.slice(2));
});
