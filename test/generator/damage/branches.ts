import type { Json, TruthRecord } from '../types.ts';
import type { Draft } from './draft.ts';
import { ImpossibleDamage, type Variant } from './spec.ts';

/** Two processes wrote to one session: a second branch from the same tip, its lines between those of the first. */
export function compete(draft: Draft): void {
  const prompts = draft.mainRecords().filter((record) => record.kind === 'prompt' && record.parentUuid !== null);
  const prompt = prompts.at(-1);
  if (prompt === undefined) throw new ImpossibleDamage('B1: the session has one prompt only');
  const turn = draft
    .mainRecords()
    .filter((record) => record.turn === prompt.turn && record.line >= prompt.line && record.segment === prompt.segment);
  const names = new Map<string, string>();
  for (const record of turn) {
    names.set(record.uuid, draft.random.uuid());
    if (record.messageId?.startsWith('msg_') === true) names.set(record.messageId, `msg_01${draft.random.base62(22)}`);
    if (record.toolUseId?.startsWith('toolu_') === true) names.set(record.toolUseId, `toolu_01${draft.random.base62(22)}`);
  }
  draft.use(prompt.uuid);
  for (const record of turn) {
    let text = draft.line(record.uuid).text;
    for (const [from, to] of names) text = text.replaceAll(from, to);
    const copy = draft.insert(
      draft.lines.indexOf(draft.line(record.uuid)) + 1,
      text.replace(/"timestamp":"([^"]+)"/, (_, stamp: string) => `"timestamp":"${later(stamp, 700)}"`),
      names.get(record.uuid) ?? null,
    );
    if (record === prompt) draft.note('B1', copy, names.get(prompt.uuid) ?? null, 'branches-compete', false);
  }
}

/** A late continuation hangs under an old prompt and is the newest leaf. */
export function graftStale(draft: Draft): void {
  const records = draft.mainRecords();
  const tip = records.at(-1);
  const stale = draft.pick('B2', (record) => record.kind === 'prompt' && record.turn < (tip?.turn ?? 0));
  if (tip === undefined) throw new ImpossibleDamage('B2: the session has no records');
  const uuid = draft.random.uuid();
  const answerUuid = draft.random.uuid();
  const stamp = String(draft.parse(tip.uuid)['timestamp']);
  const template = draft.parse(stale.uuid);
  const graft: Json = {
    ...template,
    parentUuid: stale.uuid,
    message: { role: 'user', content: 'Continue from where you left off.' },
    isMeta: true,
    uuid,
    timestamp: later(stamp, 5000),
  };
  const answer: Json = {
    ...template,
    parentUuid: uuid,
    type: 'assistant',
    message: {
      id: draft.random.uuid(),
      model: '<synthetic>',
      role: 'assistant',
      type: 'message',
      stop_reason: 'stop_sequence',
      content: [{ type: 'text', text: 'No response requested.' }],
    },
    uuid: answerUuid,
    timestamp: later(stamp, 5001),
  };
  const at = draft.insert(draft.lines.length, JSON.stringify(graft), uuid);
  draft.insert(draft.lines.length, JSON.stringify(answer), answerUuid);
  draft.note('B2', at, uuid, 'stale-graft', true, nonProgress(draft, tip));
}

/** A second compaction in one process writes the history again, word for word. */
export function replay(draft: Draft): void {
  const records = draft.mainRecords();
  const length = Math.min(records.length, draft.random.int(10, 60));
  const from = draft.random.int(0, records.length - length);
  records.slice(from, from + length).forEach((record, index) => {
    const copy = draft.insert(draft.lines.length, draft.line(record.uuid).text, record.uuid);
    if (index === 0) draft.note('D1', copy, record.uuid, 'history-replayed', false);
  });
}

/** Records of a hook that share one uuid, with further records under each of them. */
export function repeatUuid(draft: Draft): void {
  const uuid = draft.random.uuid();
  for (let i = draft.random.int(2, 4); i > 0; i -= 1) {
    const child = draft.pick('D2', (record) => record.kind === 'prompt' && record.parentUuid !== null);
    const template = draft.parse(child.uuid);
    const context: Json = {
      ...template,
      type: 'saved_hook_context',
      message: undefined,
      content: ['Branch feature/login, 3 files changed.'],
      hookName: 'SessionStart',
      hookEvent: 'SessionStart',
      uuid,
    };
    draft.insert(draft.lines.indexOf(draft.line(child.uuid)), JSON.stringify(context), uuid);
    draft.relink(child.uuid, uuid);
    draft.note('D2', draft.line(child.uuid), child.uuid, 'uuid-reused', true, draft.trueParent(child.uuid));
  }
}

/** A record hangs under itself or under one of its descendants. */
export function makeCycle(draft: Draft, variant: Variant | undefined): void {
  const record = draft.pick(
    'D3',
    (candidate) => candidate.parentUuid !== null && candidate.kind !== 'progress' && descendant(draft, candidate, 3) !== null,
  );
  const self = variant === undefined ? draft.random.chance(0.5) : variant === 'self';
  const target = self ? record.uuid : (descendant(draft, record, draft.random.int(3, 8)) ?? record.uuid);
  draft.relink(record.uuid, target);
  draft.note('D3', draft.line(record.uuid), record.uuid, 'parent-cycle', true, draft.trueParent(record.uuid));
}

function descendant(draft: Draft, record: TruthRecord, steps: number): string | null {
  let at: TruthRecord = record;
  for (let i = 0; i < steps; i += 1) {
    const next = draft.childrenOf(at.uuid).at(-1);
    if (next === undefined || draft.line(next.uuid).lost) return i < 3 ? null : at.uuid;
    at = next;
  }
  return at.uuid;
}

function nonProgress(draft: Draft, record: TruthRecord): string | null {
  return record.kind === 'progress' ? draft.trueParent(record.uuid) : record.uuid;
}

function later(stamp: string, milliseconds: number): string {
  return new Date(Date.parse(stamp) + milliseconds).toISOString();
}
