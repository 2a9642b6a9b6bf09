import type { Json, TruthRecord } from '../types.ts';
import { syntheticBody } from '../envelope.ts';
import type { Draft } from './draft.ts';
import { ImpossibleDamage } from './spec.ts';

/** A thinking block keeps its signature and loses its text: what newer clients write, and no damage. */
export function hollowThinking(draft: Draft): void {
  const place = /"thinking":"(?:[^"\\]|\\.)+"/;
  const record = draft.pick('F1', (each) => each.kind === 'thinking' && place.test(draft.line(each.uuid).text));
  const line = draft.line(record.uuid);
  line.text = line.text.replace(place, '"thinking":""');
  draft.note('F1', line, record.uuid, null, false);
}

/** The session ends with the client's report that the API failed, under an id that the API never gave. */
export function endWithError(draft: Draft): void {
  const tip = draft.mainRecords().findLast((record) => record.kind !== 'progress');
  if (tip === undefined) throw new ImpossibleDamage('F2: the session has no records');
  const template = draft.parse(tip.uuid);
  const uuid = draft.random.uuid();
  const report: Json = {
    ...repeatedKeys(template),
    parentUuid: tip.uuid,
    type: 'assistant',
    message: syntheticBody(draft.random.uuid(), 'API Error: 529 overloaded_error'),
    isApiErrorMessage: true,
    uuid,
    timestamp: new Date(Date.parse(String(template['timestamp'])) + 4000).toISOString(),
  };
  draft.note('F2', draft.insert(draft.lines.length, JSON.stringify(report), uuid), uuid, 'api-error-at-end', true, tip.uuid);
}

/** A result holds a NUL, escaped as JSON wants it. */
export function addNulToResult(draft: Draft): void {
  const record = pickResult(draft, 'F3');
  const line = draft.line(record.uuid);
  line.text = line.text.replace(RESULT_TEXT, '$1a\\u0000b ');
  draft.note('F3', line, record.uuid, 'nul-in-content', true);
}

/** An attachment record without an attachment of a known shape. */
export function spoilAttachment(draft: Draft): void {
  const record = draft.pick('F4', (each) => each.kind === 'attachment' && each.detail !== 'queued_command');
  const value = draft.parse(record.uuid);
  const line = draft.line(record.uuid);
  const spoilt = draft.random.pick([
    { attachment: undefined },
    ...[null, 'task_reminder', [], {}, { type: null }].map((attachment) => ({ attachment })),
  ]);
  line.text = JSON.stringify({ ...value, ...spoilt });
  draft.note('F4', line, record.uuid, 'attachment-malformed', true, draft.trueParent(record.uuid));
}

/** The session breaks off when the model had only thought. */
export function endWithThinking(draft: Draft): void {
  const half = draft.lines.length / 2;
  const record = draft.pick(
    'F5',
    (each) => each.kind === 'thinking' && each.parentUuid !== null && draft.lines.indexOf(draft.line(each.uuid)) > half,
  );
  const end = draft.lines.indexOf(draft.line(record.uuid)) + 1;
  for (const line of draft.lines.slice(end)) draft.makeUnreadable('F5', line);
  draft.lines = draft.lines.slice(0, end);
  draft.note('F5', draft.line(record.uuid), record.uuid, 'thinking-at-end', true, draft.trueParent(record.uuid));
}

const OVERSIZE = 12 * 1024 * 1024;

/** A result of so many megabytes that clients are slow with its line. */
export function lengthenLine(draft: Draft): void {
  const record = pickResult(draft, 'E8');
  const line = draft.line(record.uuid);
  line.text = line.text.replace(RESULT_TEXT, `$1${'all tests passed '.repeat(OVERSIZE / 17)}`);
  draft.note('E8', line, record.uuid, 'line-oversize', false);
}

/** The text of a result, in the message and not where the client repeats it. */
const RESULT_TEXT = /("type":"tool_result","content":")(?=[^"])/;

function pickResult(draft: Draft, damage: 'F3' | 'E8'): TruthRecord {
  return draft.pick(damage, (record) => record.kind === 'tool_result' && RESULT_TEXT.test(draft.line(record.uuid).text));
}

/** What every record of a session has. */
function repeatedKeys(value: Json): Json {
  const out: Json = { parentUuid: null, isSidechain: false };
  for (const key of ['userType', 'entrypoint', 'cwd', 'sessionId', 'version', 'gitBranch', 'slug']) if (key in value) out[key] = value[key];
  return out;
}
