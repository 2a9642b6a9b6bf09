import { userInfo } from 'node:os';
import * as vscode from 'vscode';

const OPERATOR = /^(user|agent|system):\S.*$/;

/** Who acts in this window: the setting `riff.operator`, else the user of the operating system, as `user:NAME`. */
export function currentOperator(): string {
  const chosen = vscode.workspace.getConfiguration('riff').get<unknown>('operator');
  const name = typeof chosen === 'string' ? chosen.trim() : '';
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
