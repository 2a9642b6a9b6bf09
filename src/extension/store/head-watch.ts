import * as vscode from 'vscode';
import type { RepairEvent } from '../../core/log/event.ts';
import type { HeadKeeper } from '../../core/log/verify/heads.ts';
import type { Reporter } from '../log/output.ts';
import { headWarning } from './head-warning.ts';

/** Events written down at a time: each is hashed field by field, and the window must not wait. */
const BATCH_EVENTS = 25;

/** Compares each log that is read with what this machine has seen of it before, and remembers what is new. */
export class HeadWatch {
  readonly #keeper: HeadKeeper;
  readonly #report: Reporter;
  /** Sessions whose log the user has been warned of. */
  readonly #warned = new Set<string>();

  constructor(keeper: HeadKeeper, report: Reporter) {
    this.#keeper = keeper;
    this.#report = report;
  }

  /** Never throws: a log that cannot be compared is shown all the same. */
  logRead(uri: vscode.Uri, sessionId: string, events: readonly RepairEvent[]): void {
    this.#compare(uri, sessionId, [...events]).catch((cause: unknown) => this.#report.error('Comparing a log with what was seen', cause));
  }

  async #compare(uri: vscode.Uri, sessionId: string, events: readonly RepairEvent[]): Promise<void> {
    const kept = await this.#keeper.kept(sessionId);
    const problem = kept === null ? null : headWarning(kept.head, events);
    if (problem !== null) this.#warn(uri, sessionId, problem);
    else await this.#remember(sessionId, events.slice(kept?.head.seq ?? 0));
  }

  async #remember(sessionId: string, events: readonly RepairEvent[]): Promise<void> {
    for (let i = 0; i < events.length; i += BATCH_EVENTS) await this.#keeper.keep(sessionId, events.slice(i, i + BATCH_EVENTS));
  }

  #warn(uri: vscode.Uri, sessionId: string, problem: string): void {
    if (this.#warned.has(sessionId)) return;
    this.#warned.add(sessionId);
    this.#report.warn(`${sessionId}: ${problem}`);
    vscode.window.showWarningMessage(problem, 'Verify Repair Log').then(
      (choice) => (choice === undefined ? undefined : vscode.commands.executeCommand('riff.verifyLog', uri)),
      () => undefined,
    );
  }
}
