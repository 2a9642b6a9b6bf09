/**
 * Kills the extension host of a real window in the middle of its appends, and looks at what is left.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { replay } from '../../src/core/log/replay.ts';
import type { RepairEvent } from '../../src/core/log/event.ts';
import type { EventStore } from '../../src/core/log/store.ts';
import { verifyChain } from '../../src/core/log/verify/verify.ts';
import { sha256 } from '../../src/files/sha256.ts';
import { until } from '../contract/sample.ts';
import { endProcess, processesOf } from '../harness/sandbox.ts';
import type { Vscode } from '../harness/vscode.ts';
import type { Workbench } from '../harness/workbench.ts';
import { conversation, idOf, lines, SESSION } from '../support/records.ts';

const MESSAGES = 900;
/** Each is an orphan of its own. */
const BREAKS = Array.from({ length: 170 }, (_, index) => 5 + index * 5);
const PATIENTLY_MS = 60_000;

export interface HostRound {
  /** Events in the log when the extension host was dead. */
  readonly survived: number;
  /** Everything that is not as promised; empty when all is well. */
  readonly faults: readonly string[];
}

/**
 * Repairs a session with many orphans, kills the extension host after so many events, and repairs the rest in the one that VS Code
 * starts in its place: of one page twice, not a third time.
 * @param store on the data directory of this VS Code
 */
export async function killHostRound(
  vscode: Vscode,
  window: Workbench,
  store: EventStore,
  round: number,
  after: number,
): Promise<HostRound> {
  const session = `eeeeeeee-2222-4333-8444-${round.toString().padStart(12, '0')}`;
  const specs = conversation(MESSAGES).map((spec, i) => (BREAKS.includes(i) ? { ...spec, parent: idOf(9000 + i) } : spec));
  const file = `${session}.jsonl`;
  await writeFile(path.join(vscode.sandbox.workspace, file), lines(specs).replaceAll(SESSION, session));

  // A search for a file that is not known yet finds nothing, and is not made again by itself.
  await window.page.locator('.explorer-folders-view').getByText(file).waitFor();
  await repairAll(window, file);
  const isReached = new Promise<void>((resolve) => {
    void store.subscribe(session, ({ seq }) => {
      if (seq >= after) resolve();
    });
  });
  const hosts = await extensionHosts(vscode);
  await isReached;
  hosts.forEach(endProcess);
  const faults: string[] = hosts.length === 0 ? ['no extension host was found'] : [];

  // What was on its way may still arrive: the view is held against the events that it had.
  const view = await store.view(session);
  const left = await store.events(session);
  if (left.length > BREAKS.length) faults.push('it was killed too late');
  faults.push(...faultsOf(left));
  const seen = left.filter(({ seq }) => view !== null && seq <= view.last_seq);
  if (view !== null && !view.is_stale && !isSame(view.message_parents, replay(seen).overrides()))
    faults.push('the view is wrong and does not say so');

  // What the killed one showed is gone when another one has started.
  const isAnotherThere = async (): Promise<boolean> => {
    // Each look reads something of every process.
    await delay(200);
    return (await extensionHosts(vscode)).some((pid) => !hosts.includes(pid));
  };
  await until(isAnotherThere, PATIENTLY_MS);
  await repairAll(window, file);
  // The head is cheap to ask for; the events need not be read before there are enough of them.
  const repaired = async (): Promise<boolean> =>
    (await store.head(session)).seq >= BREAKS.length && replayed(await store.events(session)) >= BREAKS.length;
  await until(repaired, PATIENTLY_MS).catch(() => undefined);
  const events = await store.events(session);
  faults.push(...faultsOf(events));
  const messages = events.filter(({ event_type }) => event_type === 'parent_repaired').map(({ message_id }) => message_id);
  if (messages.length !== BREAKS.length || new Set(messages).size !== BREAKS.length)
    faults.push(`${messages.length} repairs of ${new Set(messages).size} records instead of ${BREAKS.length}`);
  return { survived: left.length, faults };
}

function extensionHosts({ sandbox }: Vscode): Promise<number[]> {
  return processesOf(sandbox.dataDir, '--type=extensionHost');
}

async function repairAll(window: Workbench, file: string): Promise<void> {
  await window.openFile(file);
  // The palette, once open, does not list a command that is enabled later.
  await window.statusBarItem.first().waitFor();
  await window.runCommand('Riff: Repair All Safe');
  await window.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Repair', exact: true }).click();
}

function faultsOf(events: readonly RepairEvent[]): string[] {
  const doubled = events.length - new Set(events.map(({ event_id }) => event_id)).size;
  return [...verifyChain(events, sha256).map(({ message }) => message), ...(doubled > 0 ? [`${doubled} events are doubled`] : [])];
}

function replayed(events: readonly RepairEvent[]): number {
  return Object.keys(replay(events).overrides()).length;
}

function isSame(a: Readonly<Record<string, string | null>>, b: Readonly<Record<string, string | null>>): boolean {
  const ids = Object.keys(a);
  return ids.length === Object.keys(b).length && ids.every((id) => a[id] === b[id]);
}
