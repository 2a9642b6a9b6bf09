import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { putProgram } from '../../support/bundles.ts';

const run = promisify(execFile);

/** The programs beside this file. */
export const PROGRAMS = ['append-acks', 'append-many', 'newer-schema', 'owner', 'server'] as const;

/** Bundles one of them into `outdir`. */
export function buildProgram(name: (typeof PROGRAMS)[number], outdir: string): Promise<string> {
  return putProgram(name, fileURLToPath(new URL(`./${name}.ts`, import.meta.url)), outdir);
}

/** Runs a program to its own end. @returns what it wrote to stdout */
export async function runProgram(path: string, args: readonly string[], node: string = process.execPath): Promise<string> {
  const running = run(node, [path, ...args], { timeout: 300_000, maxBuffer: 64 * 1024 * 1024 });
  // Some programs end when there is nothing more to read.
  running.child.stdin?.end();
  return (await running).stdout;
}
