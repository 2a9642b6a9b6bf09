import { join } from 'node:path';
import * as vscode from 'vscode';
import { keepingHeads, type HeadKeeper } from '../../core/log/verify/heads.ts';
import type { Reporter } from '../log/output.ts';
import { ConfiguredStore } from './configured-store.ts';
import { StoreHeads } from './store-heads.ts';
import { asStoreError, storeAccess, type StoreAccess } from './store-access.ts';

/** The window's store, and what is remembered of its logs outside of it. */
export interface WindowStore {
  readonly store: StoreAccess;
  readonly heads: HeadKeeper;
}

/** The window's store: the one that settings or environment name, else that of this machine; with the commands to sign in and out. */
export function applyStore(context: vscode.ExtensionContext, report: Reporter): WindowStore {
  const heads: HeadKeeper = new StoreHeads(() => configured.name);
  const configured: ConfiguredStore = new ConfiguredStore(join(context.extensionPath, 'dist'), context.secrets, (store) =>
    keepingHeads(store, heads, (cause) => report.error('The head of a log could not be kept', cause)),
  );
  const store = storeAccess(configured, report);
  const signed = async (change: () => Promise<boolean>, told: string): Promise<void> => {
    try {
      if (!(await change())) return;
      store.replace();
      vscode.window.setStatusBarMessage(told, 5_000);
    } catch (cause) {
      const { message, remedy } = asStoreError(cause);
      void vscode.window.showErrorMessage(`${message} ${remedy}`);
    }
  };
  context.subscriptions.push(
    store,
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('riff.store') && configured.isOther) store.replace();
    }),
    vscode.commands.registerCommand('riff.signIn', () => signed(() => configured.signIn(), '$(key) Signed in to the store')),
    vscode.commands.registerCommand('riff.signOut', () => signed(() => configured.signOut(), '$(key) Signed out of the store')),
  );
  return { store, heads };
}
