import { readFile } from 'node:fs/promises';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Migrations as text, as esbuild's text loader gives them. */
const surql = {
  name: 'surql',
  async load(id: string): Promise<string | null> {
    return id.endsWith('.surql') ? `export default ${JSON.stringify(await readFile(id, 'utf8'))}` : null;
  },
};

const MINUTE_MS = 60_000;
/** How long, and how often, a test looks again for what a page or VS Code shows a moment later. To look costs both of them time. */
const POLL = { expect: { poll: { timeout: MINUTE_MS, interval: 100 } } };

interface Limits {
  readonly testTimeout: number;
  readonly hookTimeout: number;
  readonly fileParallelism?: boolean;
  readonly maxWorkers?: number;
  readonly isolate?: boolean;
  readonly globalSetup?: string;
}

function tier(name: string, folders: readonly string[], limits: Limits) {
  return { plugins: [surql], test: { name, include: folders.map((folder) => `test/${folder}/**/*.test.ts`), ...POLL, ...limits } };
}

/** Makes the programs that a tier's tests start. */
const BUNDLES = 'test/support/bundles-once.ts';

/** A folder that was trusted stays so: who needs it as it was before comes first in the window that they share. */
class UntrustedFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isFirst = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith('/e2e/remote-store.test.ts');
    const sorted = await super.sort(files);
    return [...sorted.filter(isFirst), ...sorted.filter((file) => !isFirst(file))];
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: UntrustedFirst },
    projects: [
      // They change nothing outside themselves: one load of the modules serves many files.
      tier('unit', ['unit', 'generator'], { testTimeout: MINUTE_MS, hookTimeout: MINUTE_MS, isolate: false, globalSetup: BUNDLES }),
      // They wait for processes most of the time, each file for its own; their folders, too, are each file's own.
      tier('contract', ['contract'], {
        testTimeout: 3 * MINUTE_MS,
        hookTimeout: MINUTE_MS,
        maxWorkers: 2,
        isolate: false,
        globalSetup: BUNDLES,
      }),
      // They change nothing outside themselves but the browser's pages, which are left clean: one browser and one build of the page serve all.
      tier('webview', ['webview'], { testTimeout: MINUTE_MS * 5, hookTimeout: MINUTE_MS, fileParallelism: false, isolate: false }),
      // One file at a time: they share two cores with a browser, and some of them a window, which they leave without editors.
      tier('e2e', ['e2e'], { testTimeout: 5 * MINUTE_MS, hookTimeout: 10 * MINUTE_MS, fileParallelism: false, isolate: false }),
      tier('vsix', ['vsix'], {
        testTimeout: 5 * MINUTE_MS,
        hookTimeout: 10 * MINUTE_MS,
        fileParallelism: false,
        globalSetup: 'test/vsix/package-once.ts',
      }),
    ],
  },
});
