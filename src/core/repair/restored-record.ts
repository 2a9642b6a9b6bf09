import { locateMembers, type MemberPlace } from '../patch/locate.ts';

/**
 * A record of another file as it belongs into this session: of the main conversation, of no agent, under this session's id.
 * Every other byte stays, so signatures and numbers survive.
 * @param bytes one whole JSON object
 * @param sessionId of the session it goes into; null leaves the id alone
 */
export function restoredRecord(bytes: Uint8Array, sessionId: string | null): string {
  const members = locateMembers(bytes);
  const parts: string[] = [];
  const decoder = new TextDecoder();
  for (const member of members) {
    if (member.name === 'agentId') continue;
    const name = decoder.decode(bytes.subarray(member.nameStart, member.start));
    parts.push(name + valueOf(member, bytes, sessionId));
  }
  return `{${parts.join(',')}}`;
}

function valueOf(member: MemberPlace, bytes: Uint8Array, sessionId: string | null): string {
  if (member.name === 'isSidechain') return 'false';
  if (member.name === 'sessionId' && sessionId !== null) return JSON.stringify(sessionId);
  return new TextDecoder().decode(bytes.subarray(member.start, member.end));
}
