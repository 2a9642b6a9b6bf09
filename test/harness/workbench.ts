/** A VS Code window as a test sees it: what a user does, and what a user can read. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { root } from '../../scripts/bootstrap.mjs';

const READY_TIMEOUT_MS = 60_000;
/** For one step. Long, because it guards against a hang and does not measure: the machine may be busy. */
const STEP_TIMEOUT_MS = 60_000;
/**
 * Keys for steps that are no user's of Riff, or that VS Code gives no key of its own: to find one in the palette takes as long as all
 * else of it.
 */
const REOPEN_KEY = 'Control+Alt+Shift+O';
const SETTINGS_KEY = 'Control+Alt+Shift+S';
const TIDY_KEY = 'Control+Alt+Shift+T';
/** As in a window that has just been opened. */
const TIDY = ['workbench.action.closeAllEditors', 'notifications.clearAll', 'workbench.action.closePanel', 'workbench.view.explorer'];
/** The keys that a window must know besides. */
export const KEYBINDINGS = [
  { key: 'ctrl+alt+shift+o', command: 'workbench.action.reopenWithEditor' },
  { key: 'ctrl+alt+shift+s', command: 'workbench.action.openSettingsJson' },
  { key: 'ctrl+alt+shift+t', command: 'runCommands', args: { commands: TIDY } },
];
/** After which a step that has no effect yet is made again. */
const RETRY_MS = 5_000;

/** One line of the Problems panel. */
export interface Problem {
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  /** Who says it: `riff`. */
  readonly source: string;
  readonly code: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(STEP_TIMEOUT_MS);
  }

  /** Resolves when the window is drawn and the extension host answers. */
  async untilReady(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor({ timeout: READY_TIMEOUT_MS });
    await this.page.locator('.explorer-folders-view .monaco-list').waitFor({ timeout: READY_TIMEOUT_MS });
  }

  /**
   * Runs a command from the palette. Waits for it: an extension's commands appear a moment after the window.
   * @param title as the palette shows it, with the category: `Riff: Sync Session to SurrealDB`
   */
  async runCommand(title: string): Promise<void> {
    const deadline = Date.now() + STEP_TIMEOUT_MS;
    for (;;) {
      const row = this.quickRow(title);
      if ((await this.typeInto('F1', `>${title}`)) && (await isSoonThere(row)) && (await isClicked(row))) return;
      if (Date.now() > deadline)
        throw new Error(`No command "${title}" in the palette; it lists: ${(await this.quickLabels()).join(' | ')}`);
      await this.page.keyboard.press('Escape');
    }
  }

  /**
   * Types into the input that a key opens.
   * @returns whether it came up: a window that has just been drawn may not listen to keys yet
   */
  private async typeInto(key: string, text: string): Promise<boolean> {
    await this.page.keyboard.press(key);
    if (!(await isSoonThere(this.quickInput))) return false;
    // An editor that opens late takes the focus, and the input closes.
    return this.quickInput.fill(text, { timeout: RETRY_MS }).then(
      () => true,
      () => false,
    );
  }

  /** The input of the palette, of a quick pick or of an input box. */
  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible .quick-input-box input');
  }

  /** Labels a quick pick lists now. */
  async quickLabels(): Promise<string[]> {
    const rows = await this.page.locator('.quick-input-widget:visible .quick-input-list [role="option"]').all();
    return Promise.all(rows.map(async (row) => (await row.getAttribute('aria-label')) ?? ''));
  }

  /** Picks an entry of the open quick pick by its label. */
  async pick(label: string | RegExp): Promise<void> {
    await this.quickRow(label).click();
  }

  /** Takes an entry of the context menu that a click has just opened. */
  async takeMenuItem(name: string): Promise<void> {
    const item = this.page.locator('.context-view').getByRole('menuitem', { name });
    await item.waitFor();
    await isClicked(item);
    await this.page.locator('.context-view .monaco-menu').waitFor({ state: 'hidden' });
  }

  /** Answers the open input box. */
  async answer(text: string): Promise<void> {
    await this.quickInput.fill(text);
    await this.page.keyboard.press('Enter');
  }

  private quickRow(label: string | RegExp): Locator {
    const wanted = typeof label === 'string' ? new RegExp(`^${escapeRegExp(label)}(,|$)`) : label;
    return this.page.locator('.quick-input-widget:visible .quick-input-list').getByRole('option', { name: wanted }).first();
  }

  /** Opens a file of the workspace in its default editor: text, unless the settings say otherwise. */
  async openFile(name: string): Promise<void> {
    await this.pickOnceThere(() => this.typeInto('Control+P', name), new RegExp(escapeRegExp(path.basename(name))));
    await this.activeTab(name).waitFor();
  }

  /** Opens a file of the workspace as a graph, in the place of its text editor when that is open. */
  async openGraph(name: string): Promise<void> {
    await this.openFile(name);
    await this.reopenAs('Session Graph');
    await this.graph().locator('body').waitFor();
  }

  /** Opens a file of the workspace as text, in the place of its graph when that is open. */
  async openText(name: string): Promise<void> {
    await this.openFile(name);
    await this.reopenAs('Text Editor');
    await this.editor.waitFor();
  }

  private async reopenAs(editor: string): Promise<void> {
    const ask = async (): Promise<boolean> => {
      await this.page.keyboard.press(REOPEN_KEY);
      return isSoonThere(this.quickInput);
    };
    await this.pickOnceThere(ask, new RegExp(`^${editor}`));
  }

  /** Asks again until it is listed: editors that extensions bring, and files that were just written, are a moment late. */
  private async pickOnceThere(ask: () => Promise<boolean>, label: RegExp): Promise<void> {
    const deadline = Date.now() + STEP_TIMEOUT_MS;
    for (;;) {
      const row = this.quickRow(label);
      if ((await ask()) && (await isSoonThere(row)) && (await isClicked(row))) return;
      if (Date.now() > deadline) throw new Error(`Nothing matches ${label}; there are: ${(await this.quickLabels()).join(' | ')}`);
      await this.page.keyboard.press('Escape');
    }
  }

  private activeTab(name: string): Locator {
    return this.page.locator('.editor-group-container.active .tab.active').filter({ hasText: path.basename(name) });
  }

  /** The graph that is visible: Riff's webview, inside VS Code's frames. */
  graph(): FrameLocator {
    return this.page
      .locator('iframe.webview[src*="extensionId=riff.riff"]')
      .filter({ visible: true })
      .first()
      .contentFrame()
      .frameLocator('#active-frame');
  }

  /** The active text editor. */
  get editor(): Locator {
    return this.page.locator('.editor-group-container.active .monaco-editor[role="code"]').first();
  }

  /** Puts the cursor somewhere in the active text editor; both count from 1. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.editor.waitFor();
    const deadline = Date.now() + STEP_TIMEOUT_MS;
    while (!(await this.typeInto('Control+G', `:${line}:${column}`)) && Date.now() < deadline) await this.page.keyboard.press('Escape');
    await this.quickRow(new RegExp(`line ${line}\\b.*column ${column}\\b`)).waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator('.statusbar-item', { hasText: `Ln ${line}, Col ${column}` }).waitFor();
  }

  /** What the Problems panel lists, from top to bottom. Waits until it lists at least `atLeast`. */
  async problems(atLeast = 0): Promise<Problem[]> {
    // Shown already, it is only read: the palette would take the focus each time.
    const panel = this.page.locator('.markers-panel');
    if (!(await panel.isVisible())) await this.pressUntil('Control+Shift+M', () => isSoonThere(panel));
    const rows = this.page.locator('.markers-panel .monaco-list-row').filter({ has: this.page.locator('.marker-line') });
    if (atLeast > 0) await rows.nth(atLeast - 1).waitFor();
    return rows.evaluateAll(readProblems);
  }

  /** The quick fixes offered at a place in the active text editor, best first; the menu stays open for `takeQuickFix`. */
  async quickFixes(line: number, column = 1): Promise<string[]> {
    const deadline = Date.now() + STEP_TIMEOUT_MS;
    await this.goTo(line, column);
    // A menu asked for before the findings are known stays empty and closes.
    for (;;) {
      await this.page.keyboard.press('Control+.');
      if (await isSoonThere(this.quickFixRows.first())) break;
      if (Date.now() > deadline) throw new Error(`No quick fix at line ${line}, column ${column}`);
      await this.page.keyboard.press('Escape');
    }
    return (await this.quickFixRows.allInnerTexts()).map((text) => text.trim());
  }

  /** Takes one of the quick fixes `quickFixes` has just listed. */
  async takeQuickFix(title: string | RegExp): Promise<void> {
    await this.quickFixRows.filter({ hasText: title }).first().click();
  }

  private get quickFixRows(): Locator {
    return this.page.locator('.action-widget .monaco-list-row.action');
  }

  /** The hover at a place in the active text editor. */
  async hover(line: number, column = 1): Promise<Locator> {
    await this.goTo(line, column);
    const cursor = await this.editor.locator('.cursors-layer .cursor').first().boundingBox();
    if (cursor === null) throw new Error(`The cursor at line ${line}, column ${column} is not on the screen`);
    const hover = this.page.locator('.monaco-resizable-hover .monaco-hover').filter({ visible: true }).first();
    const deadline = Date.now() + STEP_TIMEOUT_MS;
    // A hover that is asked for while the text is marked anew does not come: one moves the pointer again.
    for (;;) {
      await this.page.mouse.move(cursor.x + 3, cursor.y + cursor.height / 2);
      if (await isSoonThere(hover)) return hover;
      if (Date.now() > deadline) throw new Error(`No hover at line ${line}, column ${column}`);
      await this.page.mouse.move(cursor.x + 3, cursor.y + cursor.height * 4);
    }
  }

  /** Riff's items in the status bar. */
  get statusBarItem(): Locator {
    return this.page.locator('.statusbar-item[id^="riff.riff"]');
  }

  /** CodeLenses of the active text editor. */
  get codeLenses(): Locator {
    return this.editor.locator('.codelens-decoration a');
  }

  /** Notifications on the screen; their buttons are inside. */
  get notifications(): Locator {
    return this.page.locator('.notification-toast');
  }

  /** Runs a command that answers by a notification, and waits for it. */
  async runCommandUntilTold(title: string, text: string): Promise<Locator> {
    // Of more than three notifications within 0.8 seconds VS Code keeps the later ones in its list; a progress stays that long.
    await this.notifications
      .filter({ has: this.page.locator('.monaco-progress-container.active') })
      .first()
      .waitFor({ state: 'hidden' });
    const told = this.notifications.filter({ hasText: text });
    for (let attempt = 0; attempt < 3; attempt++) {
      await this.runCommand(title);
      // A palette that lost the focus closes without a word; then the command is asked for again.
      const isTold = await told.waitFor({ timeout: STEP_TIMEOUT_MS / 2 }).then(
        () => true,
        () => false,
      );
      if (isTold) return told;
    }
    throw new Error(`"${title}" did not say "${text}"; told were: ${(await this.notifications.allInnerTexts()).join(' | ')}`);
  }

  /**
   * Accepts the folder that VS Code's own dialog offers. A press before the dialog has read the folder does nothing: then again.
   * @param button as the dialog names it
   * @param folder to choose instead
   */
  async acceptFolder(button: string, folder?: string): Promise<void> {
    const dialog = this.page.locator('.quick-input-widget:visible');
    await dialog.getByRole('option').first().waitFor();
    if (folder !== undefined) await this.quickInput.fill(`${folder}/`);
    const deadline = Date.now() + STEP_TIMEOUT_MS;
    while (await isClicked(dialog.getByRole('button', { name: button }))) {
      if (await isSoonGone(dialog)) return;
      if (Date.now() > deadline) break;
    }
    await dialog.waitFor({ state: 'hidden' });
  }

  /** Presses a button of a notification. */
  async answerNotification(button: string): Promise<void> {
    await this.notifications.getByRole('button', { name: button }).first().click();
  }

  /** Writes the user's settings, as the user does: a window does not look at their file again. */
  async writeSettings(settings: Readonly<Record<string, unknown>>): Promise<void> {
    await this.pressUntil(SETTINGS_KEY, () => isSoonThere(this.activeTab('settings.json')));
    await this.editor.click();
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.insertText(JSON.stringify(settings));
    await this.page.keyboard.press('Control+S');
    await this.page.locator('.tab.active.dirty').waitFor({ state: 'hidden' });
    await this.tidyUp();
  }

  /** Closes all editors, the panel and what was told, and shows the explorer: as in a window that has just been opened. */
  async tidyUp(): Promise<void> {
    await this.pressUntil(TIDY_KEY, () => isSoonGone(this.page.locator('.editor-group-container .tab, .part.panel:visible').first()));
  }

  /** Presses a key, again where it did nothing: a window that is busy may not listen yet. */
  private async pressUntil(key: string, isDone: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + STEP_TIMEOUT_MS;
    do {
      await this.page.keyboard.press(key);
      if (await isDone()) return;
    } while (Date.now() < deadline);
    throw new Error(`${key} had no effect`);
  }

  /** Writes test-results/NAME.png for people to look at, when `RIFF_PICTURES` is set: no test reads it, and drawing it takes time. */
  async picture(name: string): Promise<void> {
    if (process.env.RIFF_PICTURES !== undefined) await this.screenshot(name);
  }

  /** Writes test-results/NAME.png and returns its path. */
  async screenshot(name: string): Promise<string> {
    const folder = path.join(root, 'test-results');
    await mkdir(folder, { recursive: true });
    const file = path.join(folder, `${name.replaceAll(/[^\w.-]+/g, '-')}.png`);
    await this.page.screenshot({ path: file });
    return file;
  }

  async close(): Promise<void> {
    await this.page.close();
  }
}

function isSoonThere(locator: Locator): Promise<boolean> {
  return locator.waitFor({ timeout: RETRY_MS }).then(
    () => true,
    () => false,
  );
}

function isSoonGone(locator: Locator): Promise<boolean> {
  return locator.waitFor({ state: 'hidden', timeout: RETRY_MS }).then(
    () => true,
    () => false,
  );
}

/** At a person's pace: a palette that has just been filled drops a click without a word, and so does a menu that has just come up. */
async function isClicked(locator: Locator): Promise<boolean> {
  await locator.page().waitForTimeout(400);
  // An editor that opens late takes the focus, and the list closes.
  if (!(await locator.isVisible())) return false;
  return locator.click({ timeout: RETRY_MS }).then(
    () => true,
    () => false,
  );
}

/** As much of the page's elements as is read here; tests know no DOM. */
interface PageElement {
  readonly textContent: string | null;
  getAttribute(name: string): string | null;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
}

/** Runs in the page, at once for all rows: a row that goes away while another is read must not be waited for. */
function readProblems(rows: readonly PageElement[]): Problem[] {
  return rows.map((row) => {
    const text = (selector: string): string =>
      [...row.querySelectorAll(selector)]
        .map((part) => part.textContent)
        .join('')
        .trim();
    const place = /Ln (\d+), Col (\d+)/.exec(text('.marker-line'));
    const icon = row.querySelector('.marker-icon')?.getAttribute('class') ?? '';
    return {
      severity: icon.includes('error') ? 'error' : icon.includes('warning') ? 'warning' : 'info',
      message: text('.marker-message'),
      source: text('.marker-source'),
      code: text('.marker-code'),
      line: Number(place?.[1]),
      column: Number(place?.[2]),
    };
  });
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
