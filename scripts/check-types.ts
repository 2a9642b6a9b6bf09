/**
 * `npm run types`: what the compiler finds in the sources.
 *
 * Each file is looked at in its own project alone: the core is also part of the programs that use it, with more around it.
 */
import path from 'node:path';
import ts from 'typescript';
import { Failure, root, runMain, say } from './bootstrap.mjs';

/** Folders with a tsconfig.json, inner ones first: a file belongs to the first that holds it. */
const PROJECTS = ['src/core', 'webview', 'test/webview/page', '.'];

const host: ts.FormatDiagnosticsHost = {
  getCurrentDirectory: () => root,
  getCanonicalFileName: (name) => name,
  getNewLine: () => '\n',
};

function openProject(folder: string): ts.Program {
  const config = ts.getParsedCommandLineOfConfigFile(path.join(root, folder, 'tsconfig.json'), undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => say(ts.formatDiagnostic(diagnostic, host)),
  });
  if (config === undefined) throw new Failure(`${folder}/tsconfig.json cannot be read.`);
  return ts.createProgram({ rootNames: config.fileNames, options: config.options, configFileParsingDiagnostics: config.errors });
}

/** The project's own files in `folder` that are in no inner project. */
function ownFiles(program: ts.Program, folder: string): ts.SourceFile[] {
  const isIn = (file: ts.SourceFile, other: string) => !path.relative(path.join(root, other), file.fileName).startsWith('..');
  const inner = PROJECTS.slice(0, PROJECTS.indexOf(folder));
  return program
    .getSourceFiles()
    .filter((file) => !program.isSourceFileFromExternalLibrary(file) && !program.isSourceFileDefaultLibrary(file))
    .filter((file) => isIn(file, folder) && !inner.some((other) => isIn(file, other)));
}

function checkProject(folder: string): readonly ts.Diagnostic[] {
  const program = openProject(folder);
  return [
    ...program.getConfigFileParsingDiagnostics(),
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...ownFiles(program, folder).flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
  ];
}

await runMain(() => {
  const found = ts.sortAndDeduplicateDiagnostics(PROJECTS.flatMap(checkProject));
  if (found.length > 0) say(ts.formatDiagnostics(found, host).trimEnd());
  return Promise.resolve(found.length === 0 ? 0 : 1);
});
