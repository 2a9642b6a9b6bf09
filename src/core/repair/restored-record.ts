import type { ChangeRules } from '../formats/format.ts';
import { locateMembers, type MemberPlace } from '../transcript/json/locate.ts';

/**
 * A record of another file as it belongs into this session: of the main conversation, of no agent, under this session's id.
 * Every other byte stays, so signatures and numbers survive.
 * @param bytes one whole JSON object
 * @param rules of this session's format
 * @param sessionId of the session it goes into; null leaves the id alone
 */
export function restoredRecord(bytes: Uint8Array, rules: ChangeRules, sessionId: string | null): string {
  const decoder = new TextDecoder();
  const parts = locateMembers(bytes)
    .filter(({ name }) => !rules.putBack.without.includes(name))
    .map((member) => decoder.decode(bytes.subarray(member.nameStart, member.start)) + valueOf(member, bytes, rules, sessionId));
  return `{${parts.join(',')}}`;
}

function valueOf({ name, start, end }: MemberPlace, bytes: Uint8Array, rules: ChangeRules, sessionId: string | null): string {
  const { set } = rules.putBack;
  if (Object.hasOwn(set, name)) return JSON.stringify(set[name]);
  if (name === rules.members.session && sessionId !== null) return JSON.stringify(sessionId);
  return new TextDecoder().decode(bytes.subarray(start, end));
}
