import path from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');

/** The file that reads records: where it is loaded, the whole analysis is. */
const ANALYSIS = 'src/core/transcript/index-builder.ts';

/** How a file came to be bundled: the chain of imports from the entry, or null when it did not. */
async function importsThatLead(entry: string, target: string): Promise<string[] | null> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    external: ['vscode'],
    loader: { '.surql': 'text' },
    logLevel: 'silent',
  });
  const cameFrom = new Map<string, string | null>([[entry, null]]);
  for (const [file] of cameFrom) {
    for (const { path: imported, external } of metafile.inputs[file]?.imports ?? []) {
      if (external !== true && !cameFrom.has(imported)) cameFrom.set(imported, file);
    }
  }
  if (!cameFrom.has(target)) return null;
  const chain = [target];
  for (let file = cameFrom.get(target); file != null; file = cameFrom.get(file)) chain.unshift(file);
  return chain;
}

it('the process that all extensions of a window share analyses no transcript: that is the worker’s', async () => {
  expect(await importsThatLead('src/extension/extension.ts', ANALYSIS)).toBeNull();
  expect(await importsThatLead('src/extension/session/worker.ts', ANALYSIS)).not.toBeNull();
});
