/** Makes one package for all test files of the tier. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { packageVsix } from '../../scripts/vsix.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Path of the package, and what esbuild says of the bundles in it. */
    readonly package: { readonly file: string; readonly metafile: unknown };
  }
}

/** @returns what removes the package again */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'riff-vsix-'));
  project.provide('package', await packageVsix(folder));
  return () => rm(folder, { recursive: true, force: true });
}
