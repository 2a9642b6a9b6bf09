import { type JsonObject, type JsonValue, member } from '../../json.ts';
import type { KeptMessages } from '../format.ts';

/** Reads `compactMetadata` of a boundary; null when it keeps nothing. `preservedMessages` supersedes the older `preservedSegment`. */
export function keptBy(boundary: JsonObject): KeptMessages | null {
  const metadata = member(boundary, 'compactMetadata');
  const messages = member(metadata, 'preservedMessages');
  const segment = member(metadata, 'preservedSegment');
  const anchor = text(member(messages, 'anchorUuid')) ?? text(member(segment, 'anchorUuid'));
  if (anchor === null) return null;
  const listed = member(messages, 'uuids');
  const uuids = Array.isArray(listed) ? listed.filter((uuid) => typeof uuid === 'string') : [];
  return { anchor, uuids, head: text(member(segment, 'headUuid')), tail: text(member(segment, 'tailUuid')) };
}

function text(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
