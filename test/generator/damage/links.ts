import type { Json, TruthRecord } from '../types.ts';
import { cutHeadAt } from './lost.ts';
import type { Draft, DraftLine } from './draft.ts';
import { ImpossibleDamage } from './spec.ts';

/** A prompt was sent once more, and the second copy, which the answer follows, hangs under what a subagent reported turns ago. */
export function retryUnderAgent(draft: Draft): void {
  if (draft.session.client !== '2.1.29') throw new ImpossibleDamage('A6: only clients with progress records leave it');
  const before = (record: TruthRecord): TruthRecord[] =>
    draft
      .mainRecords()
      .filter((each) => each.kind === 'tool_use' && each.turn < record.turn && each.segment === record.segment && draft.isFree(each));
  const prompt = draft.pick(
    'A6',
    (record) =>
      record.kind === 'prompt' && record.parentUuid !== null && draft.childrenOf(record.uuid).length > 0 && before(record).length > 0,
  );
  const calls = before(prompt);
  // Taking the prompt may have taken the last call that was free.
  if (calls.length === 0) throw new ImpossibleDamage('A6: no call of a turn before is free');
  const call = draft.random.pick(calls);
  draft.use(call.uuid);
  const reportUuid = draft.random.uuid();
  const { message: _, requestId: __, ...shared } = draft.parse(call.uuid);
  const report: Json = {
    ...shared,
    parentUuid: call.uuid,
    type: 'progress',
    data: {
      message: {
        type: 'user',
        message: { role: 'user', content: [{ type: 'text', text: 'look for callers' }] },
        uuid: draft.random.uuid(),
      },
      normalizedMessages: [],
      type: 'agent_progress',
      prompt: 'look for callers',
      agentId: `a${draft.random.hex(6)}`,
    },
    toolUseID: `agent_msg_01${draft.random.base62(22)}`,
    parentToolUseID: call.toolUseId,
    uuid: reportUuid,
  };
  draft.insert(draft.lines.indexOf(draft.line(call.uuid)) + 1, JSON.stringify(report), reportUuid);
  const uuid = draft.random.uuid();
  const copy = { ...draft.parse(prompt.uuid), parentUuid: reportUuid, uuid };
  const line = draft.insert(draft.lines.indexOf(draft.line(prompt.uuid)) + 1, JSON.stringify(copy), uuid);
  for (const child of draft.childrenOf(prompt.uuid)) draft.relink(child.uuid, uuid);
  draft.note('A6', line, uuid, 'prompt-under-agent', true, draft.trueParent(prompt.uuid));
}

/** The session goes on in a file of its own; what came before stands in the file of another session. */
export function leaveHeadElsewhere(draft: Draft): void {
  const head: readonly DraftLine[] = cutHeadAt(draft, 'A7');
  let other = draft.random.uuid();
  // Equal seeds of session and damage draw equal names.
  while (other === draft.session.sessionId) other = draft.random.uuid();
  draft.agents.set(
    `${other}.jsonl`,
    head.map((line) => line.text.replaceAll(`"sessionId":"${draft.session.sessionId}"`, `"sessionId":"${other}"`)),
  );
}

/** An answer stands twice, under other uuids, on a branch of its own: two machines kept one session in step. */
export function repeatMessage(draft: Draft): void {
  const all = draft.mainRecords();
  const groupOf = (record: TruthRecord): TruthRecord[] => all.filter((each) => each.messageId === record.messageId);
  const first = draft.pick('D5', (record) => {
    if (record.messageId?.startsWith('msg_') !== true || record.parentUuid === null || groupOf(record)[0] !== record) return false;
    return groupOf(record).every((each) => each.kind === 'text' || each.kind === 'thinking');
  });
  const group = groupOf(first);
  const names = new Map(group.map((record) => [record.uuid, draft.random.uuid()]));
  let at = draft.lines.indexOf(draft.line(group.at(-1)?.uuid ?? first.uuid)) + 1;
  for (const record of group) {
    const value = draft.parse(record.uuid);
    const parent = String(value['parentUuid']);
    const uuid = names.get(record.uuid) ?? '';
    const copy = draft.insert(at++, JSON.stringify({ ...value, parentUuid: names.get(parent) ?? parent, uuid }), uuid);
    if (record === first) draft.note('D5', copy, uuid, 'message-repeated', false);
  }
}
