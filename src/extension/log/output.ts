import * as vscode from 'vscode';
import { StoreError } from '../../core/log/store.ts';

/** What features write to the log. Never the contents of a record. */
export interface Reporter {
  info(message: string): void;
  warn(message: string): void;
  /** @param cause what was thrown; its message is added, and its stack where it is a defect */
  error(message: string, cause?: unknown): void;
}

/** The output channel "Riff", and the command that shows it. */
export function applyLog(context: vscode.ExtensionContext): Reporter {
  const channel = vscode.window.createOutputChannel('Riff', { log: true });
  context.subscriptions.push(
    channel,
    vscode.commands.registerCommand('riff.showLog', () => channel.show()),
  );
  return {
    info: (message) => channel.info(message),
    warn: (message) => channel.warn(message),
    error: (message, cause) => channel.error(cause === undefined ? message : `${message}: ${causeText(cause)}`),
  };
}

function causeText(cause: unknown): string {
  if (cause instanceof StoreError) return `${cause.message} (${cause.code})`;
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
