import { readRecords } from '../transcript/read-records.ts';
import { readTranscript } from '../transcript/read-transcript.ts';
import type { ByteSource } from '../transcript/source.ts';
import type { DetailBlock } from './analysis-types.ts';
import { agentOf, parseRecord } from './record-text.ts';
import type { Sibling, SiblingFinder } from './ports.ts';
import type { SessionState } from './state.ts';
import { messagesOf } from '../judge/stages/figures.ts';

export type PlainBlock = Omit<DetailBlock, 'agent'>;

/** Calls that start a subagent. */
const AGENT_TOOLS: ReadonlySet<string> = new Set(['Task', 'Agent']);

/** Tells which of the calls and results belong to a subagent whose conversation lies in a file of its own. */
export async function withAgents(
  blocks: readonly PlainBlock[],
  { source, siblings }: { readonly source: ByteSource; readonly siblings: SiblingFinder },
  state: SessionState,
): Promise<DetailBlock[]> {
  let files: readonly Sibling[] | null = null;
  const made: DetailBlock[] = [];
  for (const block of blocks) {
    const id = await agentOfBlock(block, source, state);
    if (id !== null) files ??= await siblings.siblings();
    const file = id === null ? undefined : files?.find((one) => one.kind === 'agent' && one.isNear && one.file === `agent-${id}.jsonl`);
    // A file that is taken away meanwhile is no file.
    const index = file === undefined ? null : await readTranscript(file.source).catch(() => null);
    made.push({ ...block, agent: id === null || index === null ? null : { id, messages: messagesOf(index) } });
  }
  return made;
}

/** The record of the result names the agent, not the call. */
async function agentOfBlock(block: PlainBlock, source: ByteSource, { index, graph }: SessionState): Promise<string | null> {
  const { type, title, uuid, counterpart } = block;
  const holder = type === 'tool_result' ? uuid : type === 'tool_use' && AGENT_TOOLS.has(title) ? counterpart?.uuid : undefined;
  const record = holder === undefined ? -1 : graph.recordNamed(holder);
  if (record < 0) return null;
  const [bytes] = await readRecords(source, index, [record], Number.POSITIVE_INFINITY);
  return agentOf(parseRecord(new TextDecoder().decode(bytes)) ?? {});
}
