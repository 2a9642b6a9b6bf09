// Bundles the local store process and copies SurrealDB's native engine beside it.
import { build } from 'esbuild';
import { copyFile, mkdir, readdir, rename, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LATE_TLS } from './late-tls.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const engineDirectory = join(root, 'node_modules', '@surrealdb', 'node', 'dist');

/**
 * Writes `service.cjs` and the engine's library into `outdir`.
 * @param {{ outdir: string, production?: boolean, platform?: string, arch?: string, libc?: 'gnu' | 'musl' }} options
 *   platform and arch as Node names them, default: this machine's; libc matters on Linux alone
 */
export async function buildService({ outdir, production = false, platform = process.platform, arch = process.arch, libc = 'gnu' }) {
  await mkdir(outdir, { recursive: true });
  await build({
    entryPoints: [join(root, 'src', 'service', 'main.ts')],
    outfile: join(outdir, 'service.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    loader: { '.surql': 'text' },
    minify: production,
    sourcemap: production ? false : 'linked',
    legalComments: 'none',
    logLevel: 'warning',
    // Optional speed-ups of ws that are not installed.
    external: ['bufferutil', 'utf-8-validate'],
    plugins: [LATE_TLS],
  });
  const library = libraryName(platform, arch, libc);
  await copyIfOther(join(engineDirectory, library), join(outdir, library));
}

/** File name of the engine for a platform. */
function libraryName(platform, arch, libc) {
  const suffix = platform === 'linux' ? `-${libc}` : platform === 'win32' ? '-msvc' : '';
  return `surrealdb-node.${platform}-${arch}${suffix}.node`;
}

/** Over 20 MB, and in use while a service runs: copied only when it differs. */
async function copyIfOther(from, to) {
  const source = await stat(from).catch(() => null);
  if (source === null) {
    const known = await readdir(engineDirectory).catch(() => []);
    throw new Error(`no engine ${from}; there are: ${known.filter((name) => name.endsWith('.node')).join(', ') || 'none'}`);
  }
  const target = await stat(to).catch(() => null);
  if (target?.size === source.size) return;
  await copyFile(from, `${to}.new`);
  await rename(`${to}.new`, to);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildService({ outdir: join(root, 'dist'), production: process.argv.includes('--production') });
}
