import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const core = path.resolve(import.meta.dirname, '../../src/core');

async function sources(): Promise<string[]> {
  const files = await readdir(core, { recursive: true });
  return files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts')).map((file) => path.join(core, file));
}

describe('the core', () => {
  it('bundles for any JavaScript host: no node, no vscode, nothing outside src/core but pure packages', async () => {
    const entryPoints = await sources();
    expect(entryPoints.length).toBeGreaterThan(0);

    const { metafile } = await build({
      entryPoints,
      outdir: '/nowhere',
      write: false,
      bundle: true,
      platform: 'neutral',
      mainFields: ['module', 'main'],
      format: 'esm',
      metafile: true,
      logLevel: 'silent',
    });

    const outside = Object.keys(metafile.inputs).filter(
      (input) => !/^src\/core\//.test(input) && !/^node_modules\/(json-canonicalize|valibot|uuid)\//.test(input),
    );
    expect(outside).toEqual([]);
  });
});
