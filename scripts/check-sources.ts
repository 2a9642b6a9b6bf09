/**
 * `npm run types`, `npm run lint`: what the compiler and the lint rules find in the sources.
 *
 * Both together (`node scripts/check-sources.ts`) ask the same programs: most of what the rules want to know
 * are types, which the compiler has worked out by then.
 */
import path from 'node:path';
import { ESLint } from 'eslint';
import ts from 'typescript';
import { Failure, root, runMain, say } from './bootstrap.mjs';

/** Folders with a tsconfig.json of their own, and the files that are linted by it. The last is for all other files. */
const PROJECTS = [
  { folder: 'src/core', files: ['src/core/**/*.ts'] },
  { folder: 'webview', files: ['webview/**/*.ts'] },
  { folder: 'test/webview/page', files: ['test/webview/page/**/*.ts'] },
  { folder: '.', files: null },
] as const;

interface Project {
  readonly files: readonly string[] | null;
  readonly program: ts.Program;
}

const host: ts.FormatDiagnosticsHost = {
  getCurrentDirectory: () => root,
  getCanonicalFileName: (name) => name,
  getNewLine: () => '\n',
};

function report(diagnostics: readonly ts.Diagnostic[]): void {
  if (diagnostics.length > 0) say(ts.formatDiagnostics(diagnostics, host).trimEnd());
}

function openProject(folder: string): ts.Program {
  const config = ts.getParsedCommandLineOfConfigFile(path.join(root, folder, 'tsconfig.json'), undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => report([diagnostic]),
  });
  if (config === undefined) throw new Failure(`${folder}/tsconfig.json cannot be read.`);
  return ts.createProgram({ rootNames: config.fileNames, options: config.options, configFileParsingDiagnostics: config.errors });
}

/** @returns how many diagnostics there are */
function checkTypes(projects: readonly Project[]): number {
  const found = ts.sortAndDeduplicateDiagnostics(projects.flatMap(({ program }) => ts.getPreEmitDiagnostics(program)));
  report(found);
  return found.length;
}

/** @returns how many errors and warnings there are */
async function lint(projects: readonly Project[]): Promise<number> {
  const eslint = new ESLint({
    cwd: root,
    overrideConfig: projects.toReversed().map(({ files, program }) => ({
      files: [...(files ?? ['**/*.ts'])],
      languageOptions: { parserOptions: { projectService: false, programs: [program] } },
    })),
  });
  const results = await eslint.lintFiles(['.']);
  const text = await (await eslint.loadFormatter('stylish')).format(results);
  if (text.trim() !== '') say(text.trimEnd());
  return results.reduce((sum, { errorCount, warningCount }) => sum + errorCount + warningCount, 0);
}

await runMain(async () => {
  const named = process.argv.slice(2);
  const unknown = named.filter((name) => name !== 'types' && name !== 'lint');
  if (unknown.length > 0) throw new Failure(`There is no check ${unknown.join(', ')}. The checks are: types, lint.`);
  const wanted = named.length > 0 ? named : ['types', 'lint'];
  const projects = PROJECTS.map(({ folder, files }) => ({ files, program: openProject(folder) }));
  const problems = (wanted.includes('types') ? checkTypes(projects) : 0) + (wanted.includes('lint') ? await lint(projects) : 0);
  return problems === 0 ? 0 : 1;
});
