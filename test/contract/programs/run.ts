import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Bundles one of the programs beside this file into `outdir`. */
export async function buildProgram(name: string, outdir: string): Promise<string> {
  const outfile = join(outdir, `${name}.cjs`);
  await build({
    entryPoints: [fileURLToPath(new URL(`./${name}.ts`, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    loader: { '.surql': 'text' },
    external: ['bufferutil', 'utf-8-validate'],
    logLevel: 'warning',
  });
  return outfile;
}

/** Runs a program to its own end. @returns what it wrote to stdout */
export async function runProgram(path: string, args: readonly string[], node: string = process.execPath): Promise<string> {
  const running = run(node, [path, ...args], { timeout: 300_000, maxBuffer: 64 * 1024 * 1024 });
  // Some programs end when there is nothing more to read.
  running.child.stdin?.end();
  return (await running).stdout;
}
