// @ts-check
/**
 * `npm run build [-- --production] [-- --watch]`: bundles everything that runs into dist/.
 *
 * Each program that runs on Node is split into chunks of its own: what is behind an `import()` is loaded with the first
 * use, and a class is the same class on both sides of it. Programs share no chunks, for each would hold what another one
 * needs. esbuild splits ES modules only, so a second pass turns each file into the CommonJS that VS Code loads.
 */
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureDependencies, root, runMain, say } from './bootstrap.mjs';
import { LATE_TLS } from './late-tls.mjs';
import { isMusl } from './platform.mjs';

/** Programs on Node: dist name → source. */
const PROGRAMS = {
  extension: 'src/extension/extension.ts',
  worker: 'src/extension/session/worker.ts',
  'log-worker': 'src/extension/repairs/log-worker.ts',
  cli: 'src/cli/main.ts',
};
/** By which the times of files and the clock may differ. */
const CLOCK_MS = 1000;
const WEBVIEW_ENTRIES = ['webview/graph.ts', 'webview/graph.css'];

/**
 * @typedef {object} BuildOptions
 * @property {boolean} [production] minified, for the package
 * @property {boolean} [watch] builds again whenever a source changes, until the process ends
 * @property {string} [outdir] absolute; default: dist/ in the checkout
 */

/**
 * Builds all programs. Throws when a source does not compile.
 * @param {BuildOptions} options
 */
export async function build(options) {
  const outdir = options.outdir ?? path.join(root, 'dist');
  const begun = Date.now();
  for (const [name, source] of Object.entries(PROGRAMS)) await bundle(nodeBundle(outdir, name, source, options), options);
  await bundle(webviewBundle(outdir, options), options);
  // Loaded late: a fresh checkout has no esbuild before the dependencies are installed.
  const { buildService } = await import('./build-service.mjs');
  await buildService({ outdir, production: options.production === true, libc: isMusl() ? 'musl' : 'gnu' });
  await removeOldBuild(outdir, begun);
}

/**
 * Chunks that changed have other names with each build: what is left of older ones would pile up. It goes last, for a window may run
 * from this folder, and of what did not change all files stay in their places.
 * @param {string} outdir
 * @param {number} begun when the build began, in milliseconds since 1970
 */
async function removeOldBuild(outdir, begun) {
  const names = (await readdir(outdir)).filter((name) => /\.c?js(\.map)?$/.test(name));
  for (const file of names.map((name) => path.join(outdir, name))) {
    const written = (await stat(file).catch(() => null))?.mtimeMs ?? begun;
    if (written < begun - CLOCK_MS) await rm(file, { force: true });
  }
}

/**
 * @param {import('esbuild').BuildOptions} settings
 * @param {BuildOptions} options
 */
async function bundle(settings, { watch }) {
  const esbuild = await import('esbuild');
  if (!watch) {
    await esbuild.build(settings);
    return;
  }
  const context = await esbuild.context(settings);
  await context.watch();
}

/**
 * Classes of the SDK that nothing here makes use of, each up to the line that closes it: builders of statements, transactions, exports,
 * live queries that another client started, geometries (no table of Riff's has any), the REST interface, and the ways over HTTP and in
 * JSON, since every connection is a WebSocket that speaks CBOR.
 */
const UNUSED_OF_SDK =
  /^var ((?:Api|Create|Delete|Export|ExportModel|Insert|Relate|Run|Select|UnmanagedLive|Update|Upsert)Promise|Geometry\w*|UnmanagedLiveSubscription|SurrealTransaction|SurrealApi|JsonCodec|HttpEngine) = class(?: [\w$]+)?( extends \w+)? \{\n[\s\S]*?^\};$/gm;

/**
 * Of these packages the programs use a part: of ws the client without compression, which Riff never asks for; of the SDK
 * what it is in every host, without its way to print values on a terminal, and without what it offers
 * besides statements over a WebSocket. A file of another shape is taken as it is.
 * @type {import('esbuild').Plugin}
 */
const PARTS_THAT_ARE_USED = {
  name: 'parts-that-are-used',
  setup: (pass) => {
    pass.onResolve({ filter: /^\.\/lib\/(websocket-server|stream)\.js$/ }, ({ path: name, resolveDir }) =>
      path.basename(resolveDir) === 'ws' ? { path: path.join(resolveDir, name), sideEffects: false } : undefined,
    );
    // Its name alone is asked for, to see that no message is compressed.
    pass.onLoad({ filter: /[\\/]ws[\\/]lib[\\/]permessage-deflate\.js$/ }, () => ({
      contents: `module.exports = { extensionName: 'permessage-deflate' };`,
    }));
    pass.onResolve({ filter: /^surrealdb$/ }, () => ({ path: path.join(root, 'node_modules', 'surrealdb', 'dist', 'surrealdb.mjs') }));
    pass.onLoad({ filter: /[\\/]surrealdb[\\/]dist[\\/]surrealdb\.mjs$/ }, async ({ path: file }) => ({
      contents: (await readFile(file, 'utf8')).replace(UNUSED_OF_SDK, 'var $1 = class$2 {};'),
    }));
  },
};

/**
 * @param {string} outdir
 * @param {string} name of the program
 * @param {string} source
 * @param {BuildOptions} options
 * @returns {import('esbuild').BuildOptions}
 */
function nodeBundle(outdir, name, source, { production = false }) {
  return {
    absWorkingDir: root,
    entryPoints: { [name]: source },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['vscode'],
    loader: { '.surql': 'text' },
    outExtension: { '.js': '.cjs' },
    chunkNames: 'chunk-[hash]',
    minify: production,
    sourcemap: 'inline',
    sourcesContent: false,
    charset: 'utf8',
    // As in the ES modules that the tests run.
    banner: { js: '"use strict";' },
    metafile: true,
    write: false,
    logLevel: 'warning',
    plugins: [
      PARTS_THAT_ARE_USED,
      LATE_TLS,
      { name: 'commonjs', setup: (pass) => pass.onEnd((result) => writeCommonJs(result, outdir, name, production)) },
    ],
  };
}

/**
 * @param {import('esbuild').BuildResult} result
 * @param {string} outdir
 * @param {string} program
 * @param {boolean} production
 */
async function writeCommonJs(result, outdir, program, production) {
  if (result.errors.length > 0) return;
  const esbuild = await import('esbuild');
  await mkdir(outdir, { recursive: true });
  for (const file of result.outputFiles ?? []) {
    const name = path.basename(file.path);
    const { code, map } = await esbuild.transform(file.text, {
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      // import() of a chunk becomes require() at that moment.
      supported: { 'dynamic-import': false },
      minify: production,
      sourcemap: 'external',
      sourcesContent: false,
      sourcefile: name,
      charset: 'utf8',
    });
    const shebang = name === 'cli.cjs' && !code.startsWith('#!') ? '#!/usr/bin/env node\n' : '';
    await writeFile(file.path, `${shebang}${code}//# sourceMappingURL=${name}.map\n`);
    await writeFile(`${file.path}.map`, shebang === '' ? map : map.replace('"mappings": "', '"mappings": ";'));
    if (name === 'cli.cjs') await chmod(file.path, 0o755);
  }
  await writeFile(path.join(outdir, `${program}.metafile.json`), JSON.stringify(result.metafile));
}

/**
 * Of marked the page uses the lexer: what stands behind it, which is not left out by itself, writes HTML.
 * A file of another shape is taken as it is.
 * @type {import('esbuild').Plugin}
 */
const LEXER_OF_MARKED = {
  name: 'lexer-of-marked',
  setup: (pass) => {
    pass.onLoad({ filter: /[\\/]marked[\\/]lib[\\/]marked\.esm\.js$/ }, async ({ path: file }) => {
      const whole = await readFile(file, 'utf8');
      const lexer = /export\{.*?([\w$]+) as Lexer\b/.exec(whole)?.[1];
      const renderer = /;var [\w$]+=class\{options;parser;/.exec(whole)?.index;
      if (lexer === undefined || renderer === undefined) return { contents: whole };
      return { contents: `${whole.slice(0, renderer)};export{${lexer} as Lexer};` };
    });
  },
};

/**
 * Of the toolkit the page has the button: without the design tokens of the other components, ways to inject what nothing injects,
 * and a table of numbers of keys that nothing asks for. Its style sheets are texts, which nothing else would make shorter.
 * @type {import('esbuild').Plugin}
 */
const BUTTON_OF_TOOLKIT = {
  name: 'button-of-toolkit',
  setup: (pass) => {
    // Calls that do nothing but make what is exported.
    pass.onLoad(
      { filter: /[\\/](webview-ui-toolkit[\\/]dist[\\/]design-tokens|fast-foundation[\\/]dist[\\/]esm[\\/]di[\\/]di)\.js$/ },
      async ({ path: file }) => ({
        contents: (await readFile(file, 'utf8')).replace(/^export const (\w+) = (create\w*)\(/gm, 'export const $1 = /* @__PURE__ */ $2('),
      }),
    );
    pass.onLoad({ filter: /[\\/]webview-ui-toolkit[\\/]dist[\\/]button[\\/]button\.styles\.js$/ }, async ({ path: file }) => ({
      contents: (await readFile(file, 'utf8')).replace(/\n\t+/g, ' '),
    }));
    pass.onLoad({ filter: /[\\/]fast-web-utilities[\\/]dist[\\/]key-codes\.js$/ }, async ({ path: file }) => ({
      contents: (await readFile(file, 'utf8')).replace(/^\(function \(KeyCodes\) \{.*?^\}\)\(.*?\);$/ms, ''),
    }));
  },
};

/** What is taken of packages into the page. */
export const PARTS_OF_PAGE = [LEXER_OF_MARKED, BUTTON_OF_TOOLKIT];

/**
 * @param {string} outdir
 * @param {BuildOptions} options
 * @returns {import('esbuild').BuildOptions}
 */
function webviewBundle(outdir, { production = false }) {
  return {
    absWorkingDir: root,
    entryPoints: WEBVIEW_ENTRIES,
    outdir: path.join(outdir, 'webview'),
    bundle: true,
    format: 'iife',
    platform: 'browser',
    // VS Code 1.101 has Chromium 134.
    target: 'chrome134',
    minify: production,
    sourcemap: 'linked',
    sourcesContent: false,
    charset: 'utf8',
    logLevel: 'warning',
    plugins: PARTS_OF_PAGE,
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runMain(async () => {
    await ensureDependencies();
    const production = process.argv.includes('--production');
    const watch = process.argv.includes('--watch');
    await build({ production, watch });
    say(watch ? 'Built; building again whenever a source changes (Ctrl-C ends it).' : 'Built into dist/.');
  });
}
