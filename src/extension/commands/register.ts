import * as vscode from 'vscode';
import { LogError } from '../../core/log/log-error.ts';
import { SessionRefused } from '../../operations/session/refusal.ts';
import type { Reporter } from '../log/output.ts';
import { asStoreError } from '../store/store-access.ts';
import { sentences, showFailure } from './dialogs/outcome.ts';

/** Registers a command; what it throws is said with a remedy. */
export type RegisterCommand = (name: string, run: (...args: readonly unknown[]) => Promise<void>) => vscode.Disposable;

/** @param report where failures are written too */
export function commandRegistrar(report: Reporter): RegisterCommand {
  return (name, run) =>
    vscode.commands.registerCommand(name, async (...args: readonly unknown[]) => {
      try {
        await run(...args);
      } catch (cause) {
        if (cause instanceof LogError) {
          // Remedies that name a command line are of the other surface.
          const remedy = cause.remedy.startsWith('riff ') ? '' : cause.remedy;
          void vscode.window.showWarningMessage(sentences(cause.message, remedy));
          return;
        }
        if (cause instanceof SessionRefused) {
          showFailure(cause.message, cause.remedy ?? '');
          return;
        }
        report.error(name, cause);
        const { message, remedy } = asStoreError(cause);
        showFailure(message, remedy);
      }
    });
}
