import type { JsonValue } from '../json.ts';

/** Messages that a compaction kept: a loader hangs them below `anchor`, one under the other, whatever their own parents say. */
export interface PreservedMessages {
  /** Record of the boundary. */
  readonly boundary: number;
  readonly anchor: string;
  /** uuids in order; empty where only head and tail are named. */
  readonly uuids: readonly string[];
  /** First and last of them where the list is not given (older boundaries). */
  readonly head: string | null;
  readonly tail: string | null;
}

/** Reads `compactMetadata` of a boundary; null when it keeps nothing. `preservedMessages` supersedes `preservedSegment`. */
export function preservedBy(boundary: number, line: string): PreservedMessages | null {
  const metadata = member(JSON.parse(line) as JsonValue, 'compactMetadata');
  const messages = member(metadata, 'preservedMessages');
  const segment = member(metadata, 'preservedSegment');
  const anchor = text(member(messages, 'anchorUuid')) ?? text(member(segment, 'anchorUuid'));
  if (anchor === null) return null;
  const listed = member(messages, 'uuids');
  const uuids = Array.isArray(listed) ? listed.filter((uuid) => typeof uuid === 'string') : [];
  return { boundary, anchor, uuids, head: text(member(segment, 'headUuid')), tail: text(member(segment, 'tailUuid')) };
}

function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function text(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
