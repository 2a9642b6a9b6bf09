/** Repair actions as the payload of events: drafts write them, the fold reads them. */
import * as v from 'valibot';
import type { LineRange, RepairAction } from '../graph/repairs.ts';
import type { EventType, RepairEvent } from './event.ts';
import type { JsonObject, JsonValue } from '../json.ts';

/** The event type for each kind of action. */
const EVENT_OF_ACTION = {
  reparent: 'parent_repaired',
  restore: 'message_restored',
  synthesise: 'tool_result_synthesised',
  bypass: 'record_bypassed',
  split: 'line_split',
  quarantine: 'line_quarantined',
  'choose-leaf': 'leaf_chosen',
} as const satisfies Readonly<Record<RepairAction['kind'], EventType>>;

const Line = v.pipe(v.number(), v.integer(), v.minValue(1));
const Range = v.pipe(
  v.array(Line),
  v.check((ends) => ends.length === 2 && ends[0]! <= ends[1]!, 'Expected [first, last]'),
  v.transform((ends): LineRange => [ends[0]!, ends[1]!]),
);
const Inserted = v.array(
  v.object({
    uuid: v.string(),
    after: v.string(),
    isBefore: v.exactOptional(v.literal(true)),
    record: v.string(),
    adopts: v.array(v.string()),
  }),
);

const ActionSchema = v.variant('kind', [
  v.object({ kind: v.literal('reparent'), uuid: v.string(), parent: v.nullable(v.string()) }),
  v.object({ kind: v.literal('restore'), uuid: v.string(), inserted: Inserted, file: v.string(), line: Line }),
  v.object({ kind: v.literal('synthesise'), uuid: v.string(), inserted: Inserted, call: v.string() }),
  v.object({ kind: v.literal('bypass'), uuid: v.string() }),
  v.object({ kind: v.literal('split'), line: Line, uuid: v.nullable(v.string()) }),
  v.object({ kind: v.literal('quarantine'), lines: v.array(Range), uuid: v.nullable(v.string()) }),
  v.object({ kind: v.literal('choose-leaf'), uuid: v.string() }),
]);

/** The columns of an event that follow from its action. */
export interface ActionColumns {
  readonly event_type: EventType;
  readonly message_id: string | null;
  readonly new_parent_uuid: string | null;
}

/** @param action see RepairAction */
export function columnsOf(action: RepairAction): ActionColumns {
  return { event_type: EVENT_OF_ACTION[action.kind], message_id: action.uuid, new_parent_uuid: newParentOf(action) };
}

/** Parent of the event's record, where the action names one. */
function newParentOf(action: RepairAction): string | null {
  if (action.kind === 'reparent') return action.parent;
  if (action.kind === 'synthesise') return action.call;
  if (action.kind !== 'restore') return null;
  const own = action.inserted.find((one) => one.uuid === action.uuid);
  const parent = own === undefined ? undefined : (JSON.parse(own.record) as JsonObject)['parentUuid'];
  return typeof parent === 'string' ? parent : null;
}

/** An action as JSON, for the payload. */
export function actionJson(action: RepairAction): JsonValue {
  return JSON.parse(JSON.stringify(action)) as JsonValue;
}

/**
 * The action of an event that has one in its payload; an event that only names a parent has it in its columns.
 * @returns null where the payload holds no action of the event's type: such an event changes nothing
 */
export function actionOf(event: Pick<RepairEvent, 'event_type' | 'payload'>): RepairAction | null {
  const parsed = v.safeParse(ActionSchema, event.payload['action']);
  if (!parsed.success || EVENT_OF_ACTION[parsed.output.kind] !== event.event_type) return null;
  return parsed.output;
}
