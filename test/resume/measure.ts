import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { documentOf, RepairDocument, ScanDocument } from '../support/cli-documents.ts';
import type { CliHarness } from '../support/riff-cli.ts';
import { ANY_SIZE } from './api/rule.ts';
import { FileBlocks, inOrder, repeatedRoles, type BlockName } from './blocks.ts';
import type { Case } from './cases.ts';
import { resume, type Session } from './client.ts';
import { LOADER_COLUMNS } from './loaders.ts';
import type { SentMessage } from './api/request.ts';
import { outcomeOf, type Outcome } from './outcome.ts';
import { signedThinkingOf } from './signed-thinking.ts';

/** What a model says of a file, and what the client does with it. */
export interface Comparison {
  readonly model: readonly BlockName[];
  readonly sent: readonly BlockName[];
}

export interface Surviving {
  readonly total: number;
  /** Results among them whose call was lost: the API takes none without its call. */
  readonly withoutCall: number;
  readonly sent: number;
  readonly sentNow: number;
}

/** What was found of one session. */
export interface Measurement {
  readonly name: string;
  readonly group: string;
  /** Why no copy could be written; the original then stands for it. Null when all went well. */
  readonly failure: string | null;
  /** Text and tool blocks in the first request: of the file as it is, and of its repaired copy. */
  readonly sentNow: readonly BlockName[];
  readonly sentCopy: readonly BlockName[];
  /** Of what the healthy session sends and what is left of it: how many, and how many of them are sent in order. */
  readonly surviving: Surviving | null;
  /** What is said of the file and of the copy, by the id of the column. */
  readonly columns: ReadonlyMap<string, { readonly now: Comparison; readonly copy: Comparison }>;
  /** What the API makes of the request: of the file as it is, and of the copy. */
  readonly outcomes: { readonly now: Outcome; readonly copy: Outcome };
  /** Messages that stand behind one of the same role: the API takes them for one. */
  readonly repeatedRoles: { readonly now: number; readonly copy: number };
}

/** Resumes a session, its repaired copy and what it was before it was damaged. */
export async function measure(program: string, cli: CliHarness, session: Case): Promise<Measurement> {
  const { path, sessionId } = session;
  const agents = path.replace(/\.jsonl$/, '');
  const scan = await cli.run(['scan', '--json', '--chain', path]);
  const [scanned] = documentOf(ScanDocument, scan.stdout).sessions;
  const repair = await cli.run(['repair', path, '--copy', '--json']);
  const written = repair.stdout === '' ? null : documentOf(RepairDocument, repair.stdout).written;
  const copyPath = written?.path ?? path;

  const blocks = new FileBlocks();
  blocks.add(await readFile(path, 'utf8'));
  if (written !== null) blocks.add(await readFile(written.path, 'utf8'));
  const inFile = (name: BlockName): boolean => blocks.has(name);

  const limits = { ...ANY_SIZE, signedThinking: signedThinkingOf(await readFile(path)) };
  const now = await resume(program, { sessionId, file: path, ...(existsSync(agents) ? { agents } : {}) }, { limits });
  const copy = written === null ? now : await resume(program, { sessionId: basename(copyPath, '.jsonl'), file: copyPath }, { limits });
  // No request: the client found no conversation to go on with.
  const [messagesNow, messagesCopy] = [now.messages ?? [], copy.messages ?? []];
  const sentNow = blocks.sent(messagesNow);
  const sentCopy = blocks.sent(messagesCopy);
  const chain = scanned?.resume.chain ?? { now: [], repaired: [] };
  const columns = new Map<string, { now: Comparison; copy: Comparison }>();
  for (const loader of LOADER_COLUMNS) {
    const said = await loader.chains({ path, copyPath, scanned: { now: chain.now, copy: chain.repaired } });
    columns.set(loader.id, {
      now: { model: blocks.named(said.now), sent: sentNow },
      copy: { model: blocks.named(said.copy), sent: sentCopy },
    });
  }
  return {
    name: session.name,
    failure: repair.status === 2 ? repair.stderr.trim() : null,
    group: session.group,
    sentNow,
    sentCopy,
    surviving: session.healthyPath === null ? null : await survivors(program, session.healthyPath, inFile, sentNow, sentCopy),
    columns,
    outcomes: { now: outcomeOf(now), copy: outcomeOf(copy) },
    repeatedRoles: { now: repeatedRoles(messagesNow), copy: repeatedRoles(messagesCopy) },
  };
}

/** Whether a model and the client agree: the same blocks in the same order. */
export function agrees({ model, sent }: Comparison): boolean {
  return model.length === sent.length && model.every((name, i) => name === sent[i]);
}

async function request(program: string, session: Session): Promise<readonly SentMessage[]> {
  return (await resume(program, session)).messages ?? [];
}

async function survivors(
  program: string,
  healthyPath: string,
  inFile: (name: BlockName) => boolean,
  sentNow: readonly BlockName[],
  sentCopy: readonly BlockName[],
): Promise<Surviving> {
  const healthy = new FileBlocks();
  healthy.add(await readFile(healthyPath, 'utf8'));
  const messages = await request(program, { sessionId: basename(healthyPath, '.jsonl'), file: healthyPath });
  const left = healthy.sent(messages).filter(inFile);
  const withoutCall = left.filter((name) => name.startsWith('result ') && !inFile(name.replace('result', 'call'))).length;
  return { total: left.length, withoutCall, sent: inOrder(left, sentCopy), sentNow: inOrder(left, sentNow) };
}
