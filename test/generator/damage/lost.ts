import type { Json, TruthRecord } from '../types.ts';
import type { Draft, DraftLine } from './draft.ts';
import { ImpossibleDamage, type Variant } from './spec.ts';

const SUGGEST = '[SUGGESTION MODE: Suggest what the user might naturally type next. Reply with the suggestion alone.]';

/** The text record of an answer lands in the file of the agent that suggests prompts. */
export function stealText(draft: Draft): void {
  const stolen = draft.pick(
    'A1',
    (record) => record.kind === 'text' && record.messageId?.startsWith('msg_') === true && hasChildren(draft, record),
  );
  const value = draft.parse(stolen.uuid);
  const existing = [...draft.agents].find(
    ([path, lines]) => path.includes('aprompt_suggestion') && lines[0]?.startsWith(`{"parentUuid":"${stolen.uuid}"`) === true,
  );
  const agentId =
    existing === undefined ? `aprompt_suggestion-${draft.random.hex(6)}` : (/agent-(.*)\.jsonl$/.exec(existing[0])?.[1] ?? '');
  const copy = JSON.stringify(asAgentRecord(value, agentId));
  if (existing === undefined) {
    const path = `${draft.session.sessionId}/subagents/agent-${agentId}.jsonl`;
    const question = asAgentRecord(
      {
        ...pickKeys(value),
        parentUuid: stolen.uuid,
        type: 'user',
        message: { role: 'user', content: SUGGEST },
        uuid: draft.random.uuid(),
        timestamp: value['timestamp'],
      },
      agentId,
    );
    draft.agents.set(path, [copy, JSON.stringify(question)]);
  } else {
    existing[1].unshift(copy);
  }
  draft.lose('A1', stolen.uuid);
}

/** A record, or a run of them, never reached the disk. */
export function loseRecords(draft: Draft, variant: Variant | undefined): void {
  if (variant === 'run') {
    loseRun(draft);
    return;
  }
  const kinds = variant === undefined ? ['text', 'thinking', 'tool_use', 'tool_result', 'system', 'prompt'] : [variant];
  const record = draft.pick('A2', (candidate) => kinds.includes(candidate.kind) && hasChildren(draft, candidate));
  draft.lose('A2', record.uuid);
}

function loseRun(draft: Draft): void {
  const length = draft.random.int(2, 5);
  const plain = (record: TruthRecord): boolean => record.kind !== 'boundary' && record.kind !== 'summary' && record.parentUuid !== null;
  const runFrom = (record: TruthRecord): TruthRecord[] => {
    const all = draft.mainRecords();
    const start = all.indexOf(record);
    return all.slice(start, start + length);
  };
  const first = draft.pick('A2', (record) => {
    const run = runFrom(record);
    return run.length === length && run.every((each) => plain(each) && draft.isFree(each)) && hasChildren(draft, run.at(-1) ?? record);
  });
  const run = runFrom(first);
  for (const record of run) draft.use(record.uuid);
  for (const record of run) draft.lose('A2', record.uuid);
}

/** A hook still ran when the compaction began: its record names a parent that was never written. */
export function leaveHookInFlight(draft: Draft): void {
  if (draft.session.client !== '2.1.29') throw new ImpossibleDamage('A3: only clients with progress records leave it');
  const boundary = draft.pick('A3', (record) => record.kind === 'boundary');
  const missing = draft.random.uuid();
  const template = draft.parse(boundary.uuid);
  const toolUseId = `toolu_01${draft.random.base62(22)}`;
  const uuid = draft.random.uuid();
  const hook: Json = {
    ...pickKeys(template),
    parentUuid: missing,
    type: 'progress',
    data: { type: 'hook_progress', hookEvent: 'PostToolUse', hookName: 'PostToolUse:Grep', command: 'callback' },
    parentToolUseID: toolUseId,
    toolUseID: toolUseId,
    timestamp: template['timestamp'],
    uuid,
  };
  draft.insert(draft.lines.indexOf(draft.line(boundary.uuid)), JSON.stringify(hook), uuid);
  draft.declareMissing('A3', missing);
}

/** Only the tail of the session is left. */
export function cutHead(draft: Draft): void {
  cutHeadAt(draft, 'A4');
}

/** Takes the head of the session away, before some prompt. @returns its lines */
export function cutHeadAt(draft: Draft, damage: 'A4' | 'A7'): DraftLine[] {
  const records = draft.mainRecords();
  const candidates = records.filter(
    (record, index) =>
      record.kind === 'prompt' &&
      record.parentUuid !== null &&
      index > records.length * 0.1 &&
      index < records.length * 0.7 &&
      cutsClean(records, index),
  );
  if (candidates.length === 0) throw new ImpossibleDamage(`${damage}: no prompt at which the session could be cut`);
  const first = draft.random.pick(candidates);
  const at = draft.lines.indexOf(draft.line(first.uuid));
  const head = draft.lines.slice(0, at);
  for (const line of head) draft.makeUnreadable(damage, line);
  draft.lines = draft.lines.slice(at);
  draft.use(first.uuid);
  return head;
}

/** Whether nothing but the first record hangs under something before it. */
function cutsClean(records: readonly TruthRecord[], index: number): boolean {
  const tail = records.slice(index);
  const known = new Set(tail.map((record) => record.uuid));
  return tail.every((record, i) => i === 0 || record.parentUuid === null || known.has(record.parentUuid));
}

/** A prompt hangs under a record that existed only in memory. */
export function hangPromptInMemory(draft: Draft): void {
  const prompt = draft.pick('A5', (record) => record.kind === 'prompt' && record.turn > 0 && record.parentUuid !== null);
  const missing = draft.random.uuid();
  draft.relink(prompt.uuid, missing);
  draft.declareMissing('A5', missing);
}

function hasChildren(draft: Draft, record: TruthRecord): boolean {
  return draft.childrenOf(record.uuid).length > 0;
}

/** The keys that every record of a session repeats, up to and with the branch (or slug). */
function pickKeys(value: Json): Json {
  const out: Json = { parentUuid: null, isSidechain: false };
  for (const key of ['userType', 'entrypoint', 'cwd', 'sessionId', 'version', 'gitBranch', 'slug']) if (key in value) out[key] = value[key];
  return out;
}

/** The same record as an agent's file holds it. */
function asAgentRecord(value: Json, agentId: string): Json {
  const after = value['version'] === '2.1.29' ? 'gitBranch' : 'isSidechain';
  const out: Json = {};
  for (const [key, each] of Object.entries(value)) {
    out[key] = key === 'isSidechain' ? true : each;
    if (key === after) out['agentId'] = agentId;
  }
  return out;
}
