/** Runs inside the extension host: hands the host tests to mocha and their results to the runner outside. */
import { appendFile, writeFile } from 'node:fs/promises';
import Mocha from 'mocha';

/** One line of the file that `RIFF_HOST_RESULTS` names. The last line says that the suite came to its end. */
export type HostResult =
  | { readonly state: 'passed' | 'failed' | 'skipped'; readonly title: string; readonly ms: number; readonly error?: string }
  | { readonly state: 'ended' };

const TEST_TIMEOUT_MS = 180_000;

/**
 * Runs all tests of the suite.
 * @param load defines the tests, by importing their files
 */
export async function runHostSuite(load: () => Promise<unknown>): Promise<void> {
  const file = process.env.RIFF_HOST_RESULTS;
  if (file === undefined) throw new Error('RIFF_HOST_RESULTS does not name a file for the results');
  await writeFile(file, '');
  const mocha = new Mocha({ ui: 'bdd', timeout: TEST_TIMEOUT_MS, reporter: 'min', color: false });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  await load();
  const results: HostResult[] = [];
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    runner.on('pass', (test) => results.push({ state: 'passed', title: test.fullTitle(), ms: test.duration ?? 0 }));
    runner.on('pending', (test) => results.push({ state: 'skipped', title: test.fullTitle(), ms: 0 }));
    runner.on('fail', (test, error: unknown) => {
      results.push({ state: 'failed', title: test.fullTitle(), ms: test.duration ?? 0, error: describe(error) });
    });
  });
  results.push({ state: 'ended' });
  await appendFile(file, results.map((result) => `${JSON.stringify(result)}\n`).join(''));
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
