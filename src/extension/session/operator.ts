import * as vscode from 'vscode';
import { operatorName } from '../../files/operator.ts';

/** Who acts in this window: the setting `riff.operator`, else the user of the operating system, as `user:NAME`. */
export function currentOperator(): string {
  const chosen = vscode.workspace.getConfiguration('riff').get<unknown>('operator');
  return operatorName(typeof chosen === 'string' ? chosen : undefined);
}
