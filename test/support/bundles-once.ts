/** Makes the bundles once for all test files of a tier. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildProgram, PROGRAMS } from '../contract/programs/run.ts';
import { BUNDLES, putService } from './bundles.ts';
import { buildCli } from './riff-cli.ts';

/** @returns what removes them again */
export async function setup({ name }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'riff-bundles-'));
  const isWithStore = name === 'contract';
  await Promise.all([
    buildCli(folder),
    ...(isWithStore ? [putService(folder), ...PROGRAMS.map((program) => buildProgram(program, folder))] : []),
  ]);
  process.env[BUNDLES] = folder;
  return () => rm(folder, { recursive: true, force: true });
}
