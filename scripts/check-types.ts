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

/**
 * What is read for one project serves the others: they differ in what they include, not in how a file is to be read.
 * @param parsed by path; filled
 */
function hostSharing(parsed: Map<string, ts.SourceFile>, options: ts.CompilerOptions): ts.CompilerHost {
  const sharing = ts.createCompilerHost(options);
  const read = sharing.getSourceFile.bind(sharing);
  sharing.getSourceFile = (name, ...how) => {
    const known = parsed.get(name) ?? read(name, ...how);
    if (known !== undefined) parsed.set(name, known);
    return known;
  };
  return sharing;
}

function openProject(folder: string, parsed: Map<string, ts.SourceFile>): ts.Program {
  const config = ts.getParsedCommandLineOfConfigFile(path.join(root, folder, 'tsconfig.json'), undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => say(ts.formatDiagnostic(diagnostic, host)),
  });
  if (config === undefined) throw new Failure(`${folder}/tsconfig.json cannot be read.`);
  const { fileNames: rootNames, options, errors: configFileParsingDiagnostics } = config;
  return ts.createProgram({ rootNames, options, configFileParsingDiagnostics, host: hostSharing(parsed, options) });
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

function checkProject(folder: string, parsed: Map<string, ts.SourceFile>): readonly ts.Diagnostic[] {
  const program = openProject(folder, parsed);
  return [
    ...program.getConfigFileParsingDiagnostics(),
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...ownFiles(program, folder).flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
  ];
}

await runMain(() => {
  const parsed = new Map<string, ts.SourceFile>();
  const found = ts.sortAndDeduplicateDiagnostics(PROJECTS.flatMap((folder) => checkProject(folder, parsed)));
  if (found.length > 0) say(ts.formatDiagnostics(found, host).trimEnd());
  return Promise.resolve(found.length === 0 ? 0 : 1);
});
