/** The sessions that are resumed: a corpus when there is one, and generated ones, healthy and damaged. */
import { readdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { damage } from '../generator/damage/damage.ts';
import { DAMAGE_CLASSES, ImpossibleDamage, parseDamage } from '../generator/damage/spec.ts';
import { writeFiles } from '../generator/files.ts';
import { generateSession } from '../generator/session.ts';
import { CLIENTS, type Client, type Features, type GeneratedFile } from '../generator/types.ts';

export interface Case {
  /** What the table groups by: `healthy`, a class of damage or several, `corpus/FOLDER`. */
  readonly group: string;
  readonly name: string;
  readonly sessionId: string;
  readonly path: string;
  /** The session before it was damaged; null where it is not known. */
  readonly healthyPath: string | null;
}

/** Damage that is hard to undo: several classes in one file, breaks around compactions, lost parts of parallel calls. */
const COMBINATIONS: readonly { readonly damage: string; readonly features?: Partial<Features> }[] = [
  { damage: 'A2:5' },
  { damage: 'A2/run:3' },
  { damage: 'A2/tool_use:3' },
  { damage: 'A2/tool_result:3' },
  { damage: 'A2:3', features: { compactions: 2 } },
  { damage: 'A2/prompt,A5', features: { compactions: 1 } },
  { damage: 'A1:2,A2:2,E2' },
  { damage: 'E2:3,E3:2' },
  { damage: 'E4/before,E5,A2/text' },
  { damage: 'C1,C4,A2/tool_result' },
  { damage: 'C1,C2,C3' },
  { damage: 'B1,A2:2' },
  { damage: 'B2,A2:2' },
  { damage: 'B2,E2' },
  { damage: 'D1,A2:2' },
  { damage: 'D2,A2' },
  { damage: 'D3/self,D3/cycle,E2' },
  { damage: 'A1,A2/run,C4,D3,E2,E3,E1', features: { compactions: 1 } },
];

/** What no client and no repair takes for a session is left out. */
const RESUMABLE = DAMAGE_CLASSES.filter((name) => name !== 'E10');

/** Sessions that need a compaction to be damaged so. */
const COMPACTED = ['A3', 'A5'];

export interface Choice {
  /** One session of each instead of several. */
  readonly quick: boolean;
  /** Groups by the start of their name; all when empty. */
  readonly only: readonly string[];
  /** Folder with real sessions. */
  readonly corpus: string | null;
}

/** Writes generated sessions into a folder and lists them together with those of the corpus. */
export async function gatherCases(folder: string, choice: Choice): Promise<Case[]> {
  const wanted = (group: string): boolean => choice.only.length === 0 || choice.only.some((start) => group.startsWith(start));
  const seeds = choice.quick ? [1] : [1, 2];
  const cases: Case[] = [];
  const generated = [
    { damage: '', features: {} },
    { damage: '', features: { compactions: 2, rewinds: 2 } },
    ...RESUMABLE.map((name) => ({ damage: name, features: { compactions: COMPACTED.includes(name) ? 1 : 0 } })),
    ...COMBINATIONS,
  ];
  for (const [at, { damage: text, features }] of generated.entries()) {
    const group = text === '' ? 'healthy' : text;
    if (!wanted(group)) continue;
    for (const client of CLIENTS) {
      for (const seed of seeds)
        cases.push(...(await generate(join(folder, `${at}-${client}-${seed}`), group, client, seed, features ?? {})));
    }
  }
  if (choice.corpus !== null) cases.push(...(await fromCorpus(choice.corpus)).filter(({ group }) => wanted(group)));
  return cases;
}

async function generate(folder: string, group: string, client: Client, seed: number, features: Partial<Features>): Promise<Case[]> {
  const session = generateSession({
    seed: seed * 7 + 1,
    client,
    records: 260,
    targetBytes: 400_000,
    features: { rewinds: 0, ...features },
  });
  const name = `${group} ${client} #${seed}`;
  // Repairs are logged by session: each session gets an id of its own.
  const sessionId = randomUUID();
  const write = (into: string, files: readonly GeneratedFile[]): Promise<void> =>
    writeFiles(
      into,
      files.map(({ path, bytes }) => ({
        path: path.replaceAll(session.sessionId, sessionId),
        bytes: renamed(bytes, session.sessionId, sessionId),
      })),
    );
  const path = join(folder, 'session', `${sessionId}.jsonl`);
  if (group === 'healthy') {
    await write(dirname(path), session.files);
    return [{ group, name, sessionId, path, healthyPath: null }];
  }
  try {
    await write(dirname(path), damage(session, parseDamage(group), seed).files);
  } catch (error) {
    if (error instanceof ImpossibleDamage) return [];
    throw error;
  }
  await write(join(folder, 'healthy'), session.files);
  return [{ group, name, sessionId, path, healthyPath: join(folder, 'healthy', basename(path)) }];
}

/** Damaged bytes need not be text. */
function renamed(bytes: Uint8Array, from: string, to: string): Uint8Array {
  return Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(from, to), 'latin1');
}

async function fromCorpus(corpus: string): Promise<Case[]> {
  const root = existsSync(join(corpus, 'projects')) ? join(corpus, 'projects') : corpus;
  const found: Case[] = [];
  for (const project of (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory())) {
    for (const file of await readdir(join(root, project.name))) {
      if (!file.endsWith('.jsonl')) continue;
      const sessionId = basename(file, '.jsonl');
      const name = `${project.name}/${sessionId.slice(0, 8)}`;
      found.push({ group: `corpus/${project.name}`, name, sessionId, path: join(root, project.name, file), healthyPath: null });
    }
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}
