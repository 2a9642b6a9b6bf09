import { userInfo } from 'node:os';

const OPERATOR = /^(user|agent|system):\S/;

/**
 * Who acts, as `user:NAME`, `agent:NAME` or `system:NAME`. A name without such a prefix is a user's.
 * @param chosen what was asked for; empty means the user of the operating system
 */
export function operatorName(chosen: string | undefined): string {
  const name = (chosen ?? '').trim();
  if (OPERATOR.test(name)) return name;
  return `user:${name === '' ? systemUser() : name}`;
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in the system's list, as in some containers.
    return 'unknown';
  }
}
