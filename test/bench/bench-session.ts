import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SessionAnalysis } from '../../src/core/session/session-analysis.ts';
import { ConversationGraph } from '../../src/core/graph/conversation-graph.ts';
import { FLAG, KIND } from '../../src/core/transcript/record-kinds.ts';
import { readTranscript } from '../../src/core/transcript/read-transcript.ts';
import type { TranscriptIndex } from '../../src/core/transcript/transcript-index.ts';
import { generateSession } from '../generator/session.ts';
import { CLIENTS } from '../generator/types.ts';
import { memoryPorts, memorySource } from '../support/memory-source.ts';

/** A healthy session that losses are made in. */
export interface BenchSession {
  readonly name: string;
  readonly origin: 'real' | 'generated';
  /** Physical lines, each with its newline. */
  readonly lines: readonly Uint8Array[];
  readonly graph: ConversationGraph;
}

/** What a record is to the reader of the table. */
export const LOST_KINDS = [
  'prompt',
  'assistant text',
  'thinking',
  'tool_use',
  'tool_result',
  'system',
  'attachment',
  'compaction',
  'injected',
  'progress',
] as const;
export type LostKind = (typeof LOST_KINDS)[number];

export function lostKind(index: TranscriptIndex, record: number): LostKind {
  const flag = (bit: (typeof FLAG)[keyof typeof FLAG]): boolean => index.isFlagged(record, bit);
  const kind = index.columns.kind[record];
  if (flag(FLAG.compactBoundary) || flag(FLAG.compactSummary)) return 'compaction';
  if (kind === KIND.system) return 'system';
  if (kind === KIND.attachment) return 'attachment';
  if (kind === KIND.user) return flag(FLAG.toolResult) ? 'tool_result' : flag(FLAG.injected) ? 'injected' : 'prompt';
  if (kind !== KIND.assistant) return 'progress';
  return flag(FLAG.toolUse) ? 'tool_use' : flag(FLAG.thinking) ? 'thinking' : 'assistant text';
}

/** Sessions of a folder, its subfolders included, that have no finding of severity error or warning. */
export async function realSessions(corpus: string): Promise<BenchSession[]> {
  const sessions: BenchSession[] = [];
  const entries = await readdir(corpus, { recursive: true });
  for (const path of entries.filter((entry) => entry.endsWith('.jsonl') && !/(^|[\\/])agent-/.test(entry)).sort()) {
    const bytes = await readFile(join(corpus, path));
    const findings = await (await SessionAnalysis.open(memoryPorts(bytes))).judgement.findings();
    if (findings.every((finding) => finding.severity === 'info')) {
      sessions.push(await benchSession(`${basename(path).slice(0, 8)} (${bytes.length} bytes)`, 'real', bytes));
    }
  }
  return sessions;
}

/** Sessions of both generations of clients. */
export async function generatedSessions(seeds: readonly number[], records: number): Promise<BenchSession[]> {
  const sessions: BenchSession[] = [];
  for (const client of CLIENTS) {
    for (const seed of seeds) {
      const { files } = generateSession({ seed, client, records });
      sessions.push(await benchSession(`generated ${client} seed ${seed}`, 'generated', files[0]!.bytes));
    }
  }
  return sessions;
}

async function benchSession(name: string, origin: BenchSession['origin'], bytes: Uint8Array): Promise<BenchSession> {
  const graph = ConversationGraph.of(await readTranscript(memorySource(bytes)));
  return { name, origin, lines: linesOf(bytes), graph };
}

function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    lines.push(bytes.subarray(start, end));
    start = end;
  }
  return lines;
}
