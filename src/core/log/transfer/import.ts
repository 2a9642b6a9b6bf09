/**
 * Imports a log: all of it is checked before anything is written, and only events that continue the present log are appended.
 */
import * as v from 'valibot';
import { readAncestorExport, type AncestorExport } from './ancestor.ts';
import { planAncestorImport, type ImportedDraft } from './ancestor-import.ts';
import type { Sha256 } from '../digest.ts';
import type { RepairEvent } from '../event.ts';
import { EXPORT_FORMAT, exportMetadata } from './export.ts';
import { LogError } from '../log-error.ts';
import { eventFromRow, SessionIdSchema } from '../rows.ts';
import { NOTHING_KNOWN, verifyLog } from '../verify/verify.ts';
import { brokenRule } from '../../broken-rule.ts';

/** The checked content of a file. */
export type CheckedExport =
  | { readonly kind: 'riff'; readonly sessionId: string; readonly events: readonly RepairEvent[] }
  | ({ readonly kind: 'ancestor' } & AncestorExport);

export type ImportPlan =
  /** Events of Riff, to be appended unchanged. */
  | { readonly kind: 'riff'; readonly sessionId: string; readonly known: number; readonly events: readonly RepairEvent[] }
  /** Events of the ancestor, to be appended inside events of Riff. */
  | { readonly kind: 'ancestor'; readonly sessionId: string; readonly known: number; readonly drafts: readonly ImportedDraft[] };

const EnvelopeSchema = v.object({
  format_version: v.literal(EXPORT_FORMAT),
  session_id: SessionIdSchema,
  event_count: v.number(),
  metadata: v.record(v.string(), v.unknown()),
  events: v.array(v.unknown()),
});

/**
 * Reads an export and checks its digests, chain, counts and session digest.
 * @param text the file
 * @throws LogError `bad-export` that names the contradiction
 */
export function readExport(text: string, sha256: Sha256): CheckedExport {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw badExport(`It is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const version = v.safeParse(v.object({ format_version: v.string() }), document);
  if (!version.success) throw badExport('It is no exported log: it has no format_version.');
  const { format_version } = version.output;
  if (format_version === EXPORT_FORMAT) return readOwn(document, sha256);
  if (format_version.startsWith('1')) return { kind: 'ancestor', ...readAncestorExport(document, sha256) };
  throw badExport(`Its format_version is ${format_version}; this Riff reads 1.0 and ${EXPORT_FORMAT}.`);
}

function readOwn(document: unknown, sha256: Sha256): CheckedExport {
  const parsed = v.safeParse(EnvelopeSchema, document);
  if (!parsed.success) throw badExport(`The envelope is wrong: ${brokenRule(parsed.issues)}`);
  const { session_id, event_count, metadata, events: rows } = parsed.output;
  if (event_count !== rows.length) throw badExport(`It says ${event_count} events and holds ${rows.length}.`);
  const { faults } = verifyLog({ sessionId: session_id, rows, view: undefined, known: NOTHING_KNOWN, sha256 });
  const first = faults.find(({ severity }) => severity === 'fault');
  if (first !== undefined) {
    const place = first.seq === null ? '' : `Event ${first.seq}${first.field === null ? '' : `, ${first.field}`}: `;
    throw badExport(`${place}${first.message}`);
  }
  const events = rows.map(eventFromRow);
  const expected: Record<string, unknown> = { ...exportMetadata(events, sha256) };
  for (const [key, value] of Object.entries(expected)) {
    if (JSON.stringify(sorted(metadata[key])) !== JSON.stringify(sorted(value))) {
      throw badExport(`Its metadata.${key} is not what its events give.`);
    }
  }
  return { kind: 'riff', sessionId: session_id, events };
}

/** Objects with sorted keys, so that equal objects have equal texts. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value ?? null;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The events of an export that a log does not have yet.
 * @param stored the present log, by seq
 * @param importer operator who imports
 * @throws LogError `forked` that names where the two diverge
 */
export function planImport(exported: CheckedExport, stored: readonly RepairEvent[], importer: string, sha256: Sha256): ImportPlan {
  if (exported.kind === 'ancestor')
    return { kind: 'ancestor', sessionId: exported.sessionId, ...planAncestorImport(exported, stored, importer, sha256) };
  const { sessionId, events } = exported;
  const common = Math.min(stored.length, events.length);
  for (let i = 0; i < common; i += 1) {
    if (stored[i]?.event_digest === events[i]?.event_digest) continue;
    throw new LogError(
      'forked',
      `The log and the file part at event ${i + 1}: the log has ${named(stored[i])}, the file ${named(events[i])}.`,
      'Nothing was written. Both are whole logs of their own; keep the file beside the log.',
    );
  }
  return { kind: 'riff', sessionId, known: common, events: events.slice(stored.length) };
}

function named(event: RepairEvent | undefined): string {
  return event === undefined ? 'none' : `${event.event_type} by ${event.operator} at ${event.timestamp}`;
}

function badExport(message: string): LogError {
  return new LogError('bad-export', message, 'Nothing was written. Get the file again from where it was exported.');
}
