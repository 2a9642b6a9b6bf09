/**
 * The rooms of the source tree and what each may import. Lint enforces this table (`import-rule.ts`), ARCHITECTURE.md shows it,
 * and a test holds the two together.
 */

/** A folder of source files with one purpose. */
export interface Room {
  /** Path from the root of the checkout. */
  readonly folder: string;
  /** What it gives to the rooms that import it. */
  readonly gives: string;
  /** Folders it may import. A folder that holds several rooms stands for all of them. */
  readonly uses: readonly string[];
  /** Folders of which it may import types only, because their code runs elsewhere. */
  readonly usesTypesOf?: readonly string[];
}

const CORE = 'src/core';

/** A room of the core; `uses` are names of other rooms of the core. */
function core(name: string, uses: readonly string[], gives: string): Room {
  return { folder: `${CORE}/${name}`, gives, uses: uses.map((other) => `${CORE}/${other}`) };
}

/** From the bottom to the top: each room uses rooms of earlier rows only. */
export const ROOMS: readonly Room[] = [
  core('formats', [], 'how each agent writes sessions: keys, kinds, links, files, what a patch may change'),
  core('transcript', ['formats'], 'bytes → index of records in columns; a strict JSON reader over bytes; recovery of damaged lines'),
  core('graph', ['formats', 'transcript'], 'the conversation graph with the repairs in force applied; branches, lanes, tool pairs'),
  core('loaders', ['formats', 'transcript', 'graph'], 'one folder for each program that resumes sessions: chain, request, refusals'),
  core('findings', ['formats', 'transcript', 'graph', 'loaders'], 'one detector for each family of damage; the codes'),
  core(
    'repair',
    ['formats', 'transcript', 'graph', 'loaders', 'findings'],
    'candidates for lost parents, restored records, links, what can be repaired without loss',
  ),
  core(
    'judge',
    ['formats', 'transcript', 'graph', 'loaders', 'findings', 'repair'],
    'a session judged, stage by stage (`stages/`): from the graph to findings and plan',
  ),
  core('patch', ['formats', 'transcript', 'graph', 'loaders'], 'byte edits of a repaired copy; an independent reader that checks it'),
  core(
    'log',
    ['formats', 'transcript', 'graph', 'loaders', 'findings', 'repair'],
    'repair events, digest chain, replay, verification, reverts, transfer; the port of the store',
  ),
  core(
    'arrangement',
    ['transcript', 'graph', 'loaders'],
    'what a graph shows: folds, filters, the visible rows with their links and lanes',
  ),
  core('find', ['transcript'], 'the query language of the search in one session'),
  core('picture', ['transcript', 'graph', 'loaders', 'arrangement'], 'the graph as SVG, Mermaid and DOT'),
  core(
    'session',
    ['formats', 'transcript', 'graph', 'loaders', 'findings', 'repair', 'judge', 'patch', 'log', 'arrangement', 'find', 'picture'],
    'one session as surfaces see it, by role: rows, details, judging, trying, copying, travelling',
  ),
  { folder: 'src/files', gives: 'files: transcripts, repaired copies, data directory, kept heads, outbox', uses: [CORE] },
  { folder: 'src/store', gives: 'SurrealDB: connection, log, views, sync, live feed', uses: [CORE, 'src/files'] },
  {
    folder: 'src/service',
    gives: 'the local store process: the engine behind its own RPC protocol',
    uses: [CORE, 'src/files', 'src/store'],
  },
  { folder: 'src/operations', gives: 'what a user can do, one file for each operation', uses: [CORE, 'src/files', 'src/store'] },
  { folder: 'src/protocol', gives: 'messages between extension host and page; versioned, validated', uses: [], usesTypesOf: [CORE] },
  {
    folder: 'src/extension',
    gives: 'door: VS Code, one folder for each feature; `extension.ts` only wires',
    uses: [CORE, 'src/files', 'src/store', 'src/operations', 'src/protocol'],
  },
  { folder: 'src/cli', gives: 'door: the `riff` command', uses: [CORE, 'src/files', 'src/store', 'src/operations'] },
  { folder: 'webview', gives: 'door: the page of the session graph', uses: ['src/protocol'], usesTypesOf: [CORE] },
];

/** Imports between rooms against the table, as `from -> to`, and folders in which files still import each other in a circle. */
export const KNOWN_EXCEPTIONS: { readonly imports: readonly string[]; readonly circles: readonly string[] } = {
  imports: ['src/core/find -> src/core/session'],
  circles: ['src/core/graph', 'src/core/session'],
};

/** The room of a file; null for files outside the table. @param file path from the root of the checkout, with `/` */
export function roomOf(file: string): Room | null {
  return ROOMS.find(({ folder }) => file.startsWith(`${folder}/`)) ?? null;
}

/**
 * Judges one import between two source files.
 * @param file path of the importing file from the root of the checkout, with `/`
 * @param imported path of the imported file, likewise
 * @param isTypeOnly whether the compiler erases the import
 * @returns why it is forbidden; null when it is allowed
 */
export function importProblem(file: string, imported: string, isTypeOnly: boolean): string | null {
  const room = roomOf(file);
  const isIn = (folder: string): boolean => imported.startsWith(`${folder}/`);
  if (room === null || isIn(room.folder) || room.uses.some(isIn)) return null;
  if (room.usesTypesOf?.some(isIn) === true) return isTypeOnly ? null : `${room.folder} may import only types from ${imported}.`;
  const other = roomOf(imported);
  // Data outside the rooms, such as package.json and the schema, and the files directly in the core for the rooms of the core.
  if (other === null && (isIn(CORE) ? room.folder.startsWith(`${CORE}/`) : !isIn('src'))) return null;
  if (other !== null && KNOWN_EXCEPTIONS.imports.includes(`${room.folder} -> ${other.folder}`)) return null;
  return `${room.folder} may not import ${imported}: see the table of rooms in ARCHITECTURE.md.`;
}

/** The table as ARCHITECTURE.md has it: one row of Markdown for each room. */
export function markdownRows(): string[] {
  const short = (folder: string): string => folder.replace(`${CORE}/`, '').replace(/^src\//, '');
  return ROOMS.map(({ folder, gives, uses, usesTypesOf = [] }) => {
    const imports = [...uses.map(short), ...usesTypesOf.map((other) => `types of ${short(other)}`)];
    return `| \`${folder}\` | ${gives} | ${imports.length === 0 ? '–' : imports.join(', ')} |`;
  });
}
