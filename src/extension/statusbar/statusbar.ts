import * as vscode from 'vscode';
import { counted } from '../../core/count-text.ts';
import type { SessionSummary } from '../../core/session/analysis-types.ts';
import { resumeSentence } from '../diagnostics/finding-text.ts';
import { sentences } from '../commands/dialogs/outcome.ts';
import type { Reporter } from '../log/output.ts';
import { placeText } from '../store/store-access.ts';
import type { SessionHandle, SessionRegistry, StoreState } from '../session/handle.ts';

/** One item: what a resume loads of the active session, and the state of the store. */
export function applyStatusBar(context: vscode.ExtensionContext, registry: SessionRegistry, report: Reporter): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('riff.session', vscode.StatusBarAlignment.Left, 10);
  item.name = 'Riff: Session';
  let listener: vscode.Disposable | null = null;
  const show = (session: SessionHandle | undefined): void => {
    listener?.dispose();
    listener = session?.onDidChange(() => void draw(session)) ?? null;
    if (session === undefined) item.hide();
    else void draw(session);
  };
  const draw = async (session: SessionHandle): Promise<void> => {
    try {
      const summary = await session.model.judgement.summary();
      if (registry.active === session) fill(item, session, summary);
    } catch (error) {
      if (registry.active === session) report.error('Showing the session in the status bar', error);
    }
  };
  const feature = vscode.Disposable.from(item, registry.onDidChangeActive(show), { dispose: () => void listener?.dispose() });
  context.subscriptions.push(feature);
  show(registry.active);
  return feature;
}

function fill(item: vscode.StatusBarItem, session: SessionHandle, summary: SessionSummary): void {
  const store = session.storeState;
  const waiting = session.waitingEventIds.size;
  item.text = `${storeIcon(store)} ${figures(summary)}${waiting > 0 ? ` · ${waiting} waiting` : ''}`;
  item.tooltip = tooltip(summary, store, waiting);
  item.command =
    store.kind === 'failed'
      ? { title: 'Show why the store is out of reach', command: 'riff.showStoreProblem' }
      : { title: 'Open Session Graph', command: 'riff.openGraph', arguments: [session.uri.toString()] };
  item.accessibilityInformation = { label: `Riff: ${resumeSentence(summary)} ${storeText(store)}` };
  item.show();
}

/** "12 → 115 / 115" where repair would bring more, "115 / 115 · 2 repairs" where it has. What a compaction left behind is not missing. */
function figures({ resume, beforeCompaction, activeRepairs }: SessionSummary): string {
  const { withRepairs, repaired } = resume;
  const total = resume.total - beforeCompaction;
  const loads = repaired > withRepairs ? `${withRepairs} → ${repaired}` : `${withRepairs}`;
  return `${loads} / ${total}${activeRepairs > 0 ? ` · ${counted(activeRepairs, 'repair')}` : ''}`;
}

function storeIcon(store: StoreState): string {
  if (store.kind === 'failed') return '$(warning)';
  return store.kind === 'starting' ? '$(loading~spin)' : '$(git-commit)';
}

function storeText(store: StoreState): string {
  switch (store.kind) {
    case 'off':
      return `The repair log on ${placeText(store)} has not been opened yet.`;
    case 'starting':
      return `The repair log on ${placeText(store)} is being opened.`;
    case 'ready':
      return `The repair log is open, on ${placeText(store)}.`;
    case 'failed':
      return `The repair log on ${placeText(store)} is out of reach: ${sentences(store.message, store.remedy)}`;
  }
}

function tooltip(summary: SessionSummary, store: StoreState, waiting: number): vscode.MarkdownString {
  const { findings, activeRepairs, resume } = summary;
  const markdown = new vscode.MarkdownString('', true);
  markdown.appendMarkdown(`${resumeSentence(summary)}\n\n`);
  const parts = [counted(findings.error, 'error'), counted(findings.warning, 'warning'), counted(findings.info, 'hint')];
  markdown.appendMarkdown(`${parts.join(' · ')}${activeRepairs > 0 ? ` · ${counted(activeRepairs, 'repair')} in force` : ''}\n\n`);
  if (activeRepairs > 0 && resume.withRepairs > resume.now)
    markdown.appendMarkdown('The file is as it was. *Riff: Write Repaired Copy* makes a session that a client can resume.\n\n');
  for (const notice of summary.notices) markdown.appendText(notice).appendMarkdown('\n\n');
  markdown.appendMarkdown(`${storeIcon(store)} `).appendText(storeText(store));
  if (waiting > 0) markdown.appendMarkdown(`\n\n${counted(waiting, 'repair')} waiting for the store: *Riff: Show Waiting Repairs…*`);
  return markdown;
}
