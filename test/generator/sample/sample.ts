import { Draft } from '../damage/draft.ts';
import { joinWithNext } from '../damage/lines.ts';
import type { DamagedSession } from '../damage/damage.ts';
import type { Hooks } from '../messages.ts';
import { Recorder } from '../recorder.ts';
import { defaultFeatures, gather } from '../session.ts';
import { putClosing, putTurn } from '../turns.ts';
import type { Emission, GeneratedSession, TruthRecord } from '../types.ts';
import { STORY } from './story.ts';
import { HOME } from './story-tools.ts';

const SEED = 20_260_203;
const HOOKS: Hooks = { pre: 0, post: 1, stop: 1, start: 1 };

/** The story, undamaged. */
export function healthySample(): GeneratedSession {
  const features = {
    ...defaultFeatures(SEED, 200),
    promptSuggestions: false,
    forwardReferences: false,
    apiErrors: false,
    rewinds: 0,
    compactions: 0,
    microcompactions: 0,
  };
  const r = new Recorder({
    seed: SEED,
    client: '2.1.29',
    features,
    cwd: HOME,
    branch: 'feature/login',
    slug: 'brave-steeping-otter',
    startsAt: Date.UTC(2026, 1, 3, 9, 14, 2),
  });
  const emissions: Emission[] = [];
  for (const plan of STORY) {
    putTurn(r, plan, HOOKS, () => undefined);
    emissions.push(...r.drain());
  }
  putClosing(r);
  emissions.push(...r.drain());
  return gather(emissions, { sessionId: r.around.sessionId, visible: r.visible, records: r.count }, '2.1.29');
}

/**
 * The sample as it is committed: two answers never reached the disk (their Stop hooks hang in the air),
 * one tool result was lost on the way, and one line holds two records.
 */
export function damagedSample(): DamagedSession {
  const session = healthySample();
  const draft = new Draft(session, SEED);
  const last = (turn: number, kind: TruthRecord['kind']): TruthRecord => {
    const found = draft
      .mainRecords()
      .filter((record) => record.turn === turn && record.kind === kind)
      .at(-1);
    if (found === undefined) throw new RangeError(`turn ${String(turn)} has no ${kind}`);
    return found;
  };
  joinWithNext(draft, last(0, 'system'));
  draft.lose('A2', last(2, 'text').uuid);
  draft.lose('A2', last(4, 'tool_result').uuid);
  draft.lose('A2', last(7, 'text').uuid);
  return { sessionId: session.sessionId, files: draft.files(), truth: draft.truth() };
}
