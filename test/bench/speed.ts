import { LOADERS } from '../../src/core/loaders/loaders.ts';
import { ConversationGraph } from '../../src/core/graph/conversation-graph.ts';
import { brokenRecords, candidatesOfAll, planLinks } from '../../src/core/repair/links.ts';
import { NO_REPAIRS } from '../../src/core/graph/repairs.ts';
import { ToolPairs } from '../../src/core/graph/tool-pairs.ts';
import { judge } from '../../src/core/judge/judge.ts';
import { CORE_SEVERITIES } from '../../src/core/judge/severities.ts';
import { readTranscript } from '../../src/core/transcript/read-transcript.ts';
import { createRandom } from '../generator/random.ts';
import { streamSession } from '../generator/session.ts';
import { memorySource } from '../support/memory-source.ts';

/** Milliseconds of each step, the least of a few runs. */
export interface Speed {
  readonly records: number;
  readonly orphans: number;
  readonly bytes: number;
  readonly index: number;
  readonly findings: number;
  readonly plan: number;
  readonly allCandidates: number;
}

const RUNS = 3;

/** Times findings and suggestions of a large generated session that lost many records. */
export async function measureSpeed(records: number, losses: number): Promise<Speed> {
  const bytes = largeSession(records, losses);
  const index = await least(() => readTranscript(memorySource(bytes)));
  const graph = ConversationGraph.of(index.value);
  const pairs = new ToolPairs(index.value);
  const none = new Map();
  const plan = await least(() => planLinks(graph, pairs, none));
  const broken = brokenRecords(graph, none);
  const all = await least(() => candidatesOfAll(graph, pairs, broken));
  const subject = { repairs: NO_REPAIRS, elsewhere: none, sessionId: '', loaders: LOADERS, severities: CORE_SEVERITIES };
  const findings = await least(() => judge({ file: index.value, ...subject }));
  return {
    records: index.value.count,
    orphans: broken.length,
    bytes: bytes.length,
    index: index.ms,
    findings: findings.ms,
    plan: plan.ms,
    allCandidates: all.ms,
  };
}

function largeSession(records: number, losses: number): Uint8Array {
  const random = createRandom(1);
  const lines: string[] = [];
  for (const { file, line } of streamSession({ seed: 1, records })) if (!file.includes('/')) lines.push(line);
  const lost = new Set(Array.from({ length: losses }, () => random.int(10, lines.length - 1)));
  return new TextEncoder().encode(lines.filter((_, i) => !lost.has(i)).join('\n') + '\n');
}

async function least<T>(work: () => T | Promise<T>): Promise<{ readonly ms: number; readonly value: T }> {
  let ms = Number.POSITIVE_INFINITY;
  let value: T | undefined;
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    value = await work();
    ms = Math.min(ms, performance.now() - start);
  }
  return { ms, value: value as T };
}

/** The times as ratios to indexing the same bytes. */
export function speedText(speed: Speed): string {
  const ratio = (ms: number): string => `${ms.toFixed(0)} ms, ${(ms / speed.index).toFixed(3)} of indexing`;
  return [
    '### Speed',
    '',
    `A generated session of ${speed.records} lines, ${(speed.bytes / 1e6).toFixed(0)} MB, ${speed.orphans} orphans; indexing it takes ${speed.index.toFixed(0)} ms.`,
    '',
    `- the plan (best link for each orphan): ${ratio(speed.plan)}`,
    `- all candidates of all orphans: ${ratio(speed.allCandidates)}`,
    `- findings: ${ratio(speed.findings)}`,
  ].join('\n');
}
