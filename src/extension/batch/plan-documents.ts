import * as vscode from 'vscode';

/** Scheme of the read-only documents that show what is planned: as it is, and as it will be. */
const PLAN_SCHEME = 'riff-plan';

/** What is asked before several repairs are made. */
export interface PlanQuestion {
  readonly title: string;
  readonly detail: string;
  /** What the diff editor is called. */
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

interface Shown {
  readonly modified: string;
  readonly settle: (isAccepted: boolean) => void;
}

/** Asks once whether a plan shall be carried out; the plan itself is shown beside the question when it is wanted. */
export class PlanDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #shown = new Set<Shown>();
  readonly #subscription: vscode.Disposable;
  #count = 0;

  constructor() {
    this.#subscription = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(PLAN_SCHEME, this),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => this.#tabsClosed(closed)),
      vscode.commands.registerCommand('riff.acceptPlan', () => this.#acceptActive()),
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  /** @returns whether the user wants it */
  async ask(question: PlanQuestion): Promise<boolean> {
    const { title, detail } = question;
    const answer = await vscode.window.showInformationMessage(title, { modal: true, detail }, 'Repair', 'Show Plan');
    return answer === 'Show Plan' ? this.#askBeside(question) : answer === 'Repair';
  }

  dispose(): void {
    this.#subscription.dispose();
    for (const { settle } of this.#shown) settle(false);
  }

  /** The question stays open while the plan is read; closing the plan is a no. */
  async #askBeside({ title, name, before, after }: PlanQuestion): Promise<boolean> {
    const folder = ++this.#count;
    const original = vscode.Uri.from({ scheme: PLAN_SCHEME, path: `/${folder}/now.txt` });
    const modified = vscode.Uri.from({ scheme: PLAN_SCHEME, path: `/${folder}/after.txt` });
    this.#texts.set(original.toString(), before).set(modified.toString(), after);
    const key = modified.toString();
    try {
      await vscode.commands.executeCommand('vscode.diff', original, modified, name, { preview: false });
      return await this.#answer(key, title);
    } finally {
      await closeTab(key);
      this.#texts.delete(original.toString());
      this.#texts.delete(key);
    }
  }

  #answer(modified: string, title: string): Promise<boolean> {
    return new Promise((resolve) => {
      const shown: Shown = {
        modified,
        settle: (isAccepted) => {
          this.#shown.delete(shown);
          resolve(isAccepted);
        },
      };
      this.#shown.add(shown);
      vscode.window.showInformationMessage(title, 'Repair', 'Cancel').then(
        // Put aside, the question is still answered by the button above the plan, or by closing it.
        (answer) => (answer === undefined ? undefined : shown.settle(answer === 'Repair')),
        () => undefined,
      );
    });
  }

  #tabsClosed(closed: readonly vscode.Tab[]): void {
    for (const { modified, settle } of this.#shown) if (closed.some((tab) => modifiedOf(tab) === modified)) settle(false);
  }

  #acceptActive(): void {
    const active = modifiedOf(vscode.window.tabGroups.activeTabGroup.activeTab);
    for (const { modified, settle } of this.#shown) if (modified === active) settle(true);
  }
}

function modifiedOf(tab: vscode.Tab | undefined): string | null {
  return tab?.input instanceof vscode.TabInputTextDiff ? tab.input.modified.toString() : null;
}

async function closeTab(modified: string): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => modifiedOf(tab) === modified);
  if (tabs.length > 0) await vscode.window.tabGroups.close(tabs);
}
