import type { GeneratedFile, GeneratedSession } from '../types.ts';
import { compete, graftStale, makeCycle, repeatUuid, replay } from './branches.ts';
import { addNulToResult, endWithError, endWithThinking, hollowThinking, lengthenLine, spoilAttachment } from './content.ts';
import { Draft } from './draft.ts';
import { addLoneSurrogate, addNulBytes, breakLine, changeEncoding, concatenate, cutStart, prettyPrint, splice, tearTail } from './lines.ts';
import { leaveHeadElsewhere, repeatMessage, retryUnderAgent } from './links.ts';
import { cutHead, hangPromptInMemory, leaveHookInFlight, loseRecords, stealText } from './lost.ts';
import { DAMAGE_CLASSES, type DamageClass, type DamageSpec, type DamageTruth, type Variant } from './spec.ts';
import { loseCallOnly, loseResultOfBatch, loseResultOnly, repeatCallId } from './tools.ts';

export interface DamagedSession {
  readonly sessionId: string;
  /** The main file first. */
  readonly files: readonly GeneratedFile[];
  /** What is wrong, in file order. */
  readonly truth: readonly DamageTruth[];
}

type Damage = (draft: Draft, variant: Variant | undefined) => void;

const DAMAGES: Readonly<Record<DamageClass, Damage>> = {
  A1: stealText,
  A2: loseRecords,
  A3: leaveHookInFlight,
  A4: cutHead,
  A5: hangPromptInMemory,
  A6: retryUnderAgent,
  A7: leaveHeadElsewhere,
  B1: compete,
  B2: graftStale,
  C1: loseResultOnly,
  C2: loseCallOnly,
  C3: repeatCallId,
  C4: loseResultOfBatch,
  D1: replay,
  D2: repeatUuid,
  D3: makeCycle,
  D5: repeatMessage,
  E1: tearTail,
  E2: splice,
  E3: concatenate,
  E4: addNulBytes,
  E5: cutStart,
  E6: breakLine,
  E7: addLoneSurrogate,
  E8: lengthenLine,
  E9: changeEncoding,
  E10: prettyPrint,
  F1: hollowThinking,
  F2: endWithError,
  F3: addNulToResult,
  F4: spoilAttachment,
  F5: endWithThinking,
};

/** Done before all others, and after all others. */
const FIRST: readonly DamageClass[] = ['A4', 'A7', 'F5'];
const LAST: readonly DamageClass[] = ['D1', 'B2', 'F2', 'E4', 'E1', 'E9', 'E10'];

/**
 * Damages a session on demand, several classes at once, each in a place of its own.
 * @throws ImpossibleDamage when the session has no place for one of them
 */
export function damage(session: GeneratedSession, specs: readonly DamageSpec[], seed: number): DamagedSession {
  const draft = new Draft(session, seed);
  for (const spec of inOrder(specs)) {
    for (let i = spec.count ?? 1; i > 0; i -= 1) DAMAGES[spec.class](draft, spec.variant);
  }
  return { sessionId: session.sessionId, files: draft.files(), truth: draft.truth() };
}

function inOrder(specs: readonly DamageSpec[]): DamageSpec[] {
  const rank = (name: DamageClass): number => {
    if (FIRST.includes(name)) return -1;
    const last = LAST.indexOf(name);
    return last === -1 ? DAMAGE_CLASSES.indexOf(name) : DAMAGE_CLASSES.length + last;
  };
  return [...specs].sort((a, b) => rank(a.class) - rank(b.class));
}
