import type { TruthRecord } from '../types.ts';
import type { Draft } from './draft.ts';

/** A call whose result is nowhere; the chain goes on without it. */
export function loseResultOnly(draft: Draft): void {
  const result = draft.pick(
    'C1',
    (record) => record.kind === 'tool_result' && isAlone(draft, record) && draft.childrenOf(record.uuid).length > 0,
  );
  const call = result.parentUuid ?? '';
  bypass(draft, result);
  draft.lose('C1', result.uuid);
  draft.note('C1', draft.line(call), call, 'tool-result-missing', true);
}

/** A result whose call is nowhere. */
export function loseCallOnly(draft: Draft): void {
  const call = draft.pick(
    'C2',
    (record) =>
      record.kind === 'tool_use' && isAlone(draft, record) && draft.childrenOf(record.uuid).some((child) => child.kind === 'tool_result'),
  );
  const result = draft.childrenOf(call.uuid).find((child) => child.kind === 'tool_result');
  bypass(draft, call);
  draft.lose('C2', call.uuid);
  if (result !== undefined) draft.note('C2', draft.line(result.uuid), result.uuid, 'tool-call-missing', true);
}

/** Two calls with one id. */
export function repeatCallId(draft: Draft): void {
  const first = draft.pick('C3', (record) => record.kind === 'tool_use' && isAlone(draft, record));
  const second = draft.pick(
    'C3',
    (record) => record.kind === 'tool_use' && isAlone(draft, record) && record.uuid !== first.uuid && record.line > first.line,
  );
  const oldId = second.toolUseId ?? '';
  for (const line of draft.lines) if (line.text.includes(oldId)) line.text = line.text.replaceAll(oldId, first.toolUseId ?? oldId);
  draft.note('C3', draft.line(second.uuid), second.uuid, 'tool-id-repeated', true);
}

/** One result of a parallel batch is missing. */
export function loseResultOfBatch(draft: Draft): void {
  const inBatch = (record: TruthRecord): boolean => {
    const call = record.parentUuid === null ? null : draft.record(record.parentUuid);
    return call !== null && callsOf(draft, call.messageId).length > 1;
  };
  const result = draft.pick('C4', (record) => record.kind === 'tool_result' && inBatch(record));
  const call = result.parentUuid ?? '';
  bypass(draft, result);
  draft.lose('C4', result.uuid);
  draft.note('C4', draft.line(call), call, 'tool-result-missing', true);
}

/** Children of a record are hung under its parent. */
function bypass(draft: Draft, record: TruthRecord): void {
  for (const child of draft.childrenOf(record.uuid)) draft.relink(child.uuid, record.parentUuid);
}

/** The call (of this record) is the only one of its message. */
function isAlone(draft: Draft, record: TruthRecord): boolean {
  const call = record.kind === 'tool_use' || record.parentUuid === null ? record : draft.record(record.parentUuid);
  return callsOf(draft, call.messageId).length === 1;
}

function callsOf(draft: Draft, messageId: string | null): TruthRecord[] {
  return draft.mainRecords().filter((record) => record.kind === 'tool_use' && record.messageId === messageId);
}
