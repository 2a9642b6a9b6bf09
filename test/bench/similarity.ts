import type { ConversationGraph } from '../../src/core/graph/conversation-graph.ts';
import { KIND, isLinked } from '../../src/core/transcript/record-kinds.ts';
import type { BenchSession } from './bench-session.ts';

const HOUR_MS = 3_600_000;

/**
 * The formula of the program before this one: half the share of common words (of all words of both), three tenths nearness in
 * time (1 at the same time, 0 an hour away), two tenths whether the types take turns. All earlier records are compared; among
 * equals the nearest is taken.
 */
export class Similarity {
  private readonly words: readonly Int32Array[];

  constructor(session: BenchSession) {
    const { columns, count } = session.graph.index;
    const numbers = new Map<string, number>();
    this.words = Array.from({ length: count }, (_, i) => wordsOf(session.lines[columns.line[i]! - 1]!, numbers));
  }

  /** @param healthyRecord per record of the damaged session its record in the healthy one, whose words are known */
  best(graph: ConversationGraph, healthyRecord: Int32Array, orphan: number): number {
    const own = new Set(this.words[healthyRecord[orphan]!]);
    let best = -1;
    let most = -1;
    for (let i = orphan - 1; i >= 0; i--) {
      if (!isLinked(graph.index.columns.kind[i]!)) continue;
      const score = 0.5 * overlap(own, this.words[healthyRecord[i]!]!) + 0.3 * nearness(graph, i, orphan) + 0.2 * turns(graph, i, orphan);
      if (score <= most) continue;
      most = score;
      best = i;
    }
    return best;
  }
}

function overlap(own: ReadonlySet<number>, other: Int32Array): number {
  let common = 0;
  for (const word of other) if (own.has(word)) common++;
  const all = own.size + other.length - common;
  return all === 0 ? 0 : common / all;
}

function nearness(graph: ConversationGraph, a: number, b: number): number {
  const { time } = graph.index.columns;
  const apart = Math.abs(time[a]! - time[b]!) / HOUR_MS;
  return Number.isNaN(apart) ? 0 : Math.max(0, 1 - apart);
}

function turns(graph: ConversationGraph, a: number, b: number): number {
  const { kind } = graph.index.columns;
  const messages = [kind[a], kind[b]].filter((each) => each === KIND.user || each === KIND.assistant);
  return messages.length === 2 && messages[0] !== messages[1] ? 1 : 0.5;
}

/** Distinct words of the text of a record, as numbers. */
function wordsOf(line: Uint8Array, numbers: Map<string, number>): Int32Array {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(line));
  } catch {
    return new Int32Array(0);
  }
  const distinct = new Set<number>();
  for (const text of textsOf(member(member(value, 'message'), 'content'))) {
    for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
      const number = numbers.get(word) ?? numbers.size;
      numbers.set(word, number);
      distinct.add(number);
    }
  }
  return Int32Array.from(distinct);
}

function textsOf(content: unknown): string[] {
  if (typeof content === 'string') return [content];
  if (!Array.isArray(content)) return [];
  return content.flatMap((block) => {
    const input: unknown = member(block, 'input');
    const texts = [member(block, 'text'), member(block, 'thinking'), input === undefined ? undefined : JSON.stringify(input)];
    return [...texts.filter((text) => typeof text === 'string'), ...textsOf(member(block, 'content'))];
  });
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
