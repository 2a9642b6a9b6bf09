/** Packages the extension for the current platform. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { Failure, root, run, runMain, say, toolsNode } from './bootstrap.mjs';
import { build } from './build.mjs';
import { isMusl } from './platform.mjs';
import { thirdPartyNotices } from './third-party.ts';

/** What a package may hold besides dist/; .vscodeignore decides which of these files it does hold. */
const SOURCES = ['README.md', 'CHANGELOG.md', 'LICENSE', 'NOTICE', 'package.nls.json', 'l10n', 'docs', 'media', '.vscodeignore'];

/** Of no use to those who install it. */
const NOT_SHIPPED = ['scripts', 'devDependencies', 'dependencies', 'allowScripts', 'private'];

const Manifest = v.looseObject({ version: v.string() });

/** The platform's name in the Marketplace. */
function target(): string {
  const platform = process.platform === 'linux' && isMusl() ? 'alpine' : process.platform;
  return `${platform}-${process.arch}`;
}

export interface Package {
  readonly file: string;
  /** esbuild's account of the bundles in it: which file loads which. */
  readonly metafile: unknown;
}

/**
 * Builds for production in a folder of its own and packages that.
 * @param folder where the package is put, absolute
 */
export async function packageVsix(folder: string): Promise<Package> {
  const stage = await mkdtemp(path.join(os.tmpdir(), 'riff-package-'));
  try {
    await build({ production: true, outdir: path.join(stage, 'dist') });
    for (const source of SOURCES) {
      await cp(path.join(root, source), path.join(stage, source), { recursive: true }).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
    }
    await writeFile(path.join(stage, 'THIRD-PARTY-NOTICES.md'), await thirdPartyNotices());
    const manifest = v.parse(Manifest, JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')));
    const shipped = Object.fromEntries(Object.entries(manifest).filter(([key]) => !NOT_SHIPPED.includes(key)));
    await writeFile(path.join(stage, 'package.json'), JSON.stringify(shipped, null, 2));
    const out = path.join(folder, `riff-${target()}-${manifest.version}.vsix`);
    const { code, output } = await run(
      toolsNode(),
      [
        path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce'),
        ...['package', '--target', target(), '--out', out],
        // Everything is bundled, and the addresses of the repository are not known yet.
        ...['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--skip-license'],
      ],
      { cwd: stage },
    );
    if (code !== 0) throw new Failure(`vsce could not package the extension:\n${output.trimEnd()}`);
    return { file: out, metafile: JSON.parse(await readFile(path.join(stage, 'dist', 'extension.metafile.json'), 'utf8')) };
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

if (process.argv[1] === import.meta.filename) {
  await runMain(async () => {
    const { file } = await packageVsix(root);
    say('Packaged:');
    process.stdout.write(`${file}\n`);
  });
}
