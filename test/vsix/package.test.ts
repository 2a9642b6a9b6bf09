import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { listZip } from '../harness/zip.ts';
import type { ZipEntry } from '../harness/zip.ts';

const KB = 1000;
const MB = 1000 * KB;

/** All that a package may hold. */
const EXPECTED = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/package\.json$/,
  /^extension\/package\.nls(\.[\w-]+)?\.json$/,
  /^extension\/l10n\/[\w.-]+\.json$/,
  /^extension\/(readme|changelog|THIRD-PARTY-NOTICES)\.md$/i,
  /^extension\/(LICENSE|NOTICE)(\.txt)?$/,
  /^extension\/dist\/(extension|worker|log-worker|store|service|cli|chunk-\w+)\.cjs$/,
  /^extension\/dist\/surrealdb-node\.[\w-]+\.node$/,
  /^extension\/dist\/webview\/[\w.-]+\.(js|css|ttf)$/,
  /^extension\/docs\/([\w-]+\.md|graph\.png)$/,
  /^extension\/media\/(icon\.png|[\w-]+\.svg|walkthrough\/.+)$/,
];

const { file: vsix, metafile } = inject('package');
let entries: ZipEntry[] = [];

beforeAll(async () => {
  entries = await listZip(vsix);
});

function sizeOf(pattern: RegExp): number {
  return entries.filter(({ name }) => pattern.test(name)).reduce((sum, { size }) => sum + size, 0);
}

const Metafile = v.object({
  outputs: v.record(v.string(), v.object({ imports: v.array(v.object({ path: v.string(), external: v.optional(v.boolean()) })) })),
});

/** Matches the files of dist/ that a program loads: those it starts with, and those it may load later. */
function filesLoadedBy(program: string): RegExp {
  const { outputs } = v.parse(Metafile, metafile);
  const imports = new Map(Object.entries(outputs).map(([output, { imports }]) => [path.basename(output), imports]));
  const names = new Set([program]);
  for (const name of names) {
    for (const { path: imported, external } of imports.get(name) ?? []) if (external !== true) names.add(path.basename(imported));
  }
  return new RegExp(`/dist/(${[...names].join('|').replaceAll('.', String.raw`\.`)})$`);
}

describe('the package', () => {
  it('holds what is meant to be shipped and nothing else', () => {
    const names = entries.map(({ name }) => name);
    expect(names.filter((name) => !EXPECTED.some((pattern) => pattern.test(name)))).toEqual([]);
    expect(names).toContain('extension/dist/extension.cjs');
  });

  it('brings at most one native engine, the one of this platform', () => {
    const engines = entries.filter(({ name }) => name.endsWith('.node'));
    expect(engines.length).toBeLessThanOrEqual(1);
    for (const { name } of engines) expect(name).toContain(`${process.platform}-${process.arch}`);
  });

  it('keeps to its sizes', async () => {
    expect((await stat(vsix)).size).toBeLessThanOrEqual(15 * MB);
    expect(sizeOf(filesLoadedBy('extension.cjs'))).toBeLessThanOrEqual(350 * KB);
    expect(sizeOf(/\/dist\/webview\/.*\.js$/)).toBeLessThanOrEqual(250 * KB);
  });
});
