/**
 * The bundles that tests start as processes. A run of many files makes each once (`bundles-once.ts`); its files then have links to
 * them, in folders of their own.
 */
import { link, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildService } from '../../scripts/build-service.mjs';
import { LATE_TLS } from '../../scripts/late-tls.mjs';

/** Names the folder in which a run has made its bundles. */
export const BUNDLES = 'RIFF_TEST_BUNDLES';

/**
 * Bundles a program into `outdir`.
 * @param entry its source
 * @returns path of `<name>.cjs`
 */
export async function putProgram(name: string, entry: string, outdir: string): Promise<string> {
  const outfile = join(outdir, `${name}.cjs`);
  if (await linkMade(outdir, (file) => file === `${name}.cjs`)) return outfile;
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    loader: { '.surql': 'text' },
    external: ['bufferutil', 'utf-8-validate'],
    plugins: [LATE_TLS],
    logLevel: 'warning',
  });
  return outfile;
}

/** Puts the store's process and its engine into `outdir`. */
export async function putService(outdir: string): Promise<void> {
  const isOfService = (file: string): boolean => file.startsWith('service.cjs') || file.endsWith('.node');
  if (!(await linkMade(outdir, isOfService))) await buildService({ outdir });
}

/** Links into `outdir` what the run has made before. @returns whether it has made any of it */
async function linkMade(outdir: string, isWanted: (file: string) => boolean): Promise<boolean> {
  const made = process.env[BUNDLES];
  if (made === undefined) return false;
  const files = (await readdir(made)).filter(isWanted);
  await mkdir(outdir, { recursive: true });
  for (const file of files) await linkOnce(join(made, file), join(outdir, file));
  return files.length > 0;
}

/** Links a file; a program that a test asks for again is there already. */
async function linkOnce(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
