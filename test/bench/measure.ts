import type { Confidence } from '../../src/core/findings/finding.ts';
import { findOrphans } from '../../src/core/findings/orphans/orphans.ts';
import { candidatesOfAll } from '../../src/core/repair/links.ts';
import { ToolPairs } from '../../src/core/graph/tool-pairs.ts';
import type { Candidate } from '../../src/core/repair/candidates.ts';
import { createRandom } from '../generator/random.ts';
import { lostKind, type BenchSession, type LostKind } from './bench-session.ts';
import { lose, planLosses, type DamagedSession, type TrueOrphan } from './losses.ts';
import { previousMain, previousOfAnyKind, previousOrOpenCall, type Rule } from './reference-rules.ts';
import { Similarity } from './similarity.ts';

export const SHAPES = ['single', 'run', 'several'] as const;
export type Shape = (typeof SHAPES)[number];
export const RULES = ['previous of any kind', 'previous main', 'rule R', 'similarity', 'Riff'] as const;
export type RuleName = (typeof RULES)[number];

const REFERENCE: readonly (readonly [RuleName, Rule])[] = [
  ['previous of any kind', previousOfAnyKind],
  ['previous main', previousMain],
  ['rule R', previousOrOpenCall],
];

/** One orphan and what each rule said. */
export interface Answer {
  readonly origin: BenchSession['origin'];
  readonly shape: Shape;
  readonly kind: LostKind;
  /** Whether a record survives that is the right parent. */
  readonly hasTruth: boolean;
  readonly right: Readonly<Record<RuleName, boolean>>;
  /** Of Riff's first suggestion; null when it makes none. */
  readonly confidence: Confidence | null;
}

/** A wrong answer of Riff, for those who look into it. */
export interface WrongAnswer {
  readonly session: BenchSession;
  readonly shape: Shape;
  readonly damaged: DamagedSession;
  readonly orphan: TrueOrphan;
  readonly candidate: Candidate | undefined;
}

export interface MeasureOptions {
  /** Sets of losses of each shape per session, at most. */
  readonly most: number;
  readonly seed: number;
  readonly withSimilarity: boolean;
  readonly onWrong?: (wrong: WrongAnswer) => void;
}

/** Loses records of a session in many ways and asks every rule for the parents. */
export async function measure(session: BenchSession, options: MeasureOptions): Promise<Answer[]> {
  const plan = planLosses(session, options.most, createRandom(options.seed));
  const similarity = options.withSimilarity ? new Similarity(session) : null;
  const answers: Answer[] = [];
  for (const shape of SHAPES) {
    for (const records of plan[shape]) {
      const damaged = await lose(session, records);
      const known = knownOrphans(damaged);
      const candidates = candidatesOfAll(
        damaged.graph,
        new ToolPairs(damaged.graph.index),
        known.map((orphan) => orphan.record),
      );
      for (const orphan of known) {
        const candidate = candidates.get(orphan.record)?.[0];
        const answer = answerOf(session, shape, damaged, orphan, candidate, similarity);
        answers.push(answer);
        if (!answer.right.Riff) options.onWrong?.({ session, shape, damaged, orphan, candidate });
      }
    }
  }
  return answers;
}

/** Orphans that a repair is offered for: not a hook that ran when a compaction began. */
function knownOrphans(damaged: DamagedSession): TrueOrphan[] {
  const offered = new Set(
    findOrphans(damaged.graph, new Map())
      .filter((orphan) => orphan.cause === 'lost')
      .map((orphan) => orphan.record),
  );
  return damaged.orphans.filter((orphan) => offered.has(orphan.record));
}

function answerOf(
  session: BenchSession,
  shape: Shape,
  damaged: DamagedSession,
  orphan: TrueOrphan,
  candidate: Candidate | undefined,
  similarity: Similarity | null,
): Answer {
  const { graph, healthyRecord } = damaged;
  const said = (parent: number): boolean => parent === orphan.truth;
  const right = Object.fromEntries(REFERENCE.map(([name, rule]) => [name, said(rule(graph, orphan.record))]));
  return {
    origin: session.origin,
    shape,
    kind: lostKind(session.graph.index, orphan.lost),
    hasTruth: orphan.truth >= 0,
    right: {
      ...(right as Record<RuleName, boolean>),
      similarity: similarity !== null && said(similarity.best(graph, healthyRecord, orphan.record)),
      Riff: said(candidate?.parent ?? -1),
    },
    confidence: candidate?.confidence ?? null,
  };
}
