/** What is held against the client: the prediction of the command line, and the model of every loader that Riff knows. */
import { readFile } from 'node:fs/promises';
import { ConversationGraph } from '../../src/core/graph/conversation-graph.ts';
import { CLAUDE_CODE } from '../../src/core/loaders/claude-code/loader.ts';
import type { Loader } from '../../src/core/loaders/loader.ts';
import { LOADERS } from '../../src/core/loaders/loaders.ts';
import { readTranscript } from '../../src/core/transcript/read-transcript.ts';
import { memorySource } from '../support/memory-source.ts';

/** A session of which it is said what is loaded. */
export interface ModelledSession {
  readonly path: string;
  /** Its repaired copy; the session itself where there is none. */
  readonly copyPath: string;
  /** What `riff scan --chain` says of the session, and of a copy before there is one. */
  readonly scanned: ChainIds;
}

/** Ids of the records that are loaded, in order: of the file as it is, and of its repaired copy. */
export interface ChainIds {
  readonly now: readonly string[];
  readonly copy: readonly string[];
}

export interface LoaderColumn {
  readonly id: string;
  /** For a heading. */
  readonly title: string;
  /** Whether this is what the client loads: the same blocks in the same order. Others are compared in any order. */
  readonly isClient: boolean;
  chains(session: ModelledSession): Promise<ChainIds>;
}

/** What is predicted before the copy is written. */
export const PREDICTION: LoaderColumn = {
  id: 'scan',
  title: '`riff scan --chain`',
  isClient: true,
  chains: ({ scanned }) => Promise.resolve(scanned),
};

/** In the order of the columns. */
export const LOADER_COLUMNS: readonly LoaderColumn[] = [PREDICTION, ...LOADERS.list.map(column)];

/** What a loader's model says of the bytes of both files. */
function column(loader: Loader): LoaderColumn {
  const chain = async (path: string): Promise<string[]> => {
    const index = await readTranscript(memorySource(await readFile(path)));
    return loader.chain(ConversationGraph.of(index)).visible.map((record) => index.uuidText(record));
  };
  return {
    id: loader.id,
    title: `model of ${loader.title}`,
    isClient: loader.id === CLAUDE_CODE.id,
    chains: async ({ path, copyPath }) => ({ now: await chain(path), copy: await chain(copyPath) }),
  };
}
