import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { ConversationGraph } from '../../src/core/graph/conversation-graph.ts';
import { CLAUDE_AGENT_SDK } from '../../src/core/loaders/claude-agent-sdk/loader.ts';
import { readTranscript } from '../../src/core/transcript/read-transcript.ts';
import { documentOf, RepairDocument, ScanDocument } from '../support/cli-documents.ts';
import { memorySource } from '../support/memory-source.ts';
import type { CliHarness } from '../support/riff-cli.ts';
import { FileBlocks, inOrder, refusals, type BlockName } from './blocks.ts';
import type { Case } from './cases.ts';
import { resume } from './client.ts';
import type { SentMessage } from './mock-api.ts';

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
  /** What `riff scan --chain` says: the model of today's client. */
  readonly scanned: { readonly now: Comparison; readonly repaired: Comparison };
  /** The documented loader's model, of the file and of the copy. */
  readonly documented: { readonly now: Comparison; readonly repaired: Comparison };
  /** What the API would refuse: of the copy's request, and of the original's. */
  readonly refusals: { readonly now: readonly string[]; readonly copy: readonly string[] };
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

  const now = await request(program, { sessionId, file: path, ...(existsSync(agents) ? { agents } : {}) });
  const copy = written === null ? now : await request(program, { sessionId: basename(copyPath, '.jsonl'), file: copyPath });
  const sentNow = blocks.sent(now);
  const sentCopy = blocks.sent(copy);
  const chain = scanned?.resume.chain ?? { now: [], repaired: [] };
  return {
    name: session.name,
    failure: repair.status === 2 ? repair.stderr.trim() : null,
    group: session.group,
    sentNow,
    sentCopy,
    surviving: session.healthyPath === null ? null : await survivors(program, session.healthyPath, inFile, sentNow, sentCopy),
    scanned: {
      now: { model: blocks.named(chain.now), sent: sentNow },
      repaired: { model: blocks.named(chain.repaired), sent: sentCopy },
    },
    documented: {
      now: { model: await documentedModel(path, blocks), sent: sentNow },
      repaired: { model: await documentedModel(copyPath, blocks), sent: sentCopy },
    },
    refusals: { now: refusals(now), copy: refusals(copy) },
  };
}

/** Whether a model and the client agree: the same blocks in the same order. */
export function agrees({ model, sent }: Comparison): boolean {
  return model.length === sent.length && model.every((name, i) => name === sent[i]);
}

async function request(program: string, session: Parameters<typeof resume>[1]): Promise<readonly SentMessage[]> {
  // No request: the client found no conversation to go on with.
  return (await resume(program, session)).messages ?? [];
}

async function documentedModel(path: string, blocks: FileBlocks): Promise<BlockName[]> {
  const index = await readTranscript(memorySource(await readFile(path)));
  const { visible } = CLAUDE_AGENT_SDK.chain(ConversationGraph.of(index));
  return blocks.named(visible.map((record) => index.uuidText(record)));
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
