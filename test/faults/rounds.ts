/**
 * Kills the processes of a store in the middle of their work, round after round, and looks at what is left.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { putService } from '../support/bundles.ts';
import { replay } from '../../src/core/log/replay.ts';
import { verifyChain } from '../../src/core/log/verify/verify.ts';
import { discoveryPath, isProcessAlive, readDiscovery } from '../../src/files/data/service-discovery.ts';
import { sha256 } from '../../src/files/sha256.ts';
import { openLocalStore } from '../../src/store/open-store.ts';
import { buildProgram } from '../contract/programs/run.ts';
import { until } from '../contract/sample.ts';
import { createRandom } from '../generator/random.ts';
import { conversation, idOf, lines } from '../support/records.ts';
import { cliHarness, type CliHarness } from '../support/riff-cli.ts';

export type Victim = 'service' | 'client' | 'command' | 'all';
const VICTIMS: readonly Victim[] = ['service', 'client', 'command', 'all'];
const MESSAGES = 120;
const BREAKS = Array.from({ length: 23 }, (_, index) => 5 + index * 5);

export interface Round {
  readonly round: number;
  readonly victim: Victim;
  /** Milliseconds into the work. */
  readonly afterMs: number;
  readonly debris: string;
  readonly acknowledged: number;
  /** Everything that is not as promised; empty when all is well. */
  readonly faults: readonly string[];
}

interface Writer {
  readonly child: ChildProcess;
  readonly ids: string[];
}

/** The processes of one round's session, and what they were told. */
export class FaultRounds {
  readonly #cli: CliHarness;
  readonly #program: string;
  readonly #random = createRandom(20_260);

  private constructor(cli: CliHarness, program: string) {
    this.#cli = cli;
    this.#program = program;
  }

  static async prepare(): Promise<FaultRounds> {
    const cli = await cliHarness();
    await putService(cli.dist);
    await mkdir(cli.dataDir, { recursive: true });
    return new FaultRounds(cli, await buildProgram('append-acks', cli.dist));
  }

  async dispose(): Promise<void> {
    await this.#killService();
    await this.#cli.dispose();
  }

  async run(round: number): Promise<Round> {
    const victim = VICTIMS[round % VICTIMS.length] ?? 'all';
    const session = `bbbbbbbb-2222-4333-8444-${round.toString().padStart(12, '0')}`;
    const path = await this.#sessionFile(session);
    const writers = ['one', 'two'].map((name) => this.#writer(`${session}-crowd`, name));
    const command = victim === 'command' || victim === 'all' ? this.#repair(path) : null;
    await until(() => writers.every(({ ids }) => ids.length > 0), 30_000);
    const afterMs = this.#random.int(1, 400);
    await delay(afterMs);
    if (victim === 'client' || victim === 'all') await killed(writers[0]?.child);
    if (victim === 'command' || victim === 'all') await killed(command ?? undefined);
    if (victim === 'service' || victim === 'all') await this.#killService();
    if (victim === 'service') await delay(this.#random.int(100, 500));
    for (const { child } of writers) await ended(child);
    const debris = victim === 'service' ? 'none' : await this.#leaveDebris();
    const acknowledged = writers.flatMap(({ ids }) => ids);
    const faults = await this.#examine(session, path, acknowledged);
    return { round, victim, afterMs, debris, acknowledged: acknowledged.length, faults };
  }

  async #sessionFile(session: string): Promise<string> {
    const specs = conversation(MESSAGES).map((spec, i) => (BREAKS.includes(i) ? { ...spec, parent: idOf(9000 + i) } : spec));
    return this.#cli.file(`home/.claude/projects/-shop/${session}.jsonl`, lines(specs));
  }

  #writer(session: string, name: string): Writer {
    const args = [this.#program, this.#cli.dataDir, join(this.#cli.dist, 'service.cjs'), session, name];
    const child = spawn(process.execPath, args, { env: this.#cli.environment(), stdio: ['ignore', 'pipe', 'inherit'] });
    const ids: string[] = [];
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      ids.push(...parts);
    });
    return { child, ids };
  }

  #repair(path: string): ChildProcess {
    return spawn(process.execPath, [this.#cli.entry, 'repair', path, '--json'], { env: this.#cli.environment(), stdio: 'ignore' });
  }

  async #killService(): Promise<void> {
    const pid = (await readDiscovery(this.#cli.dataDir))?.pid;
    if (pid === undefined || !isProcessAlive(pid)) return;
    process.kill(pid, 'SIGKILL');
    await until(() => !isProcessAlive(pid));
  }

  /** What a crash at a bad moment leaves behind. */
  async #leaveDebris(): Promise<string> {
    const { dataDir } = this.#cli;
    switch (this.#random.int(0, 3)) {
      case 0:
        await this.#killService();
        await writeFile(join(dataDir, 'service.starting'), '4000000\n');
        return 'start lock';
      case 1:
        await this.#killService();
        await writeFile(discoveryPath(dataDir), '{"port": 41');
        return 'half a discovery file';
      case 2:
        await this.#killService();
        await rm(discoveryPath(dataDir), { force: true });
        return 'no discovery file';
      default:
        return 'none';
    }
  }

  async #examine(session: string, path: string, acknowledged: readonly string[]): Promise<string[]> {
    const faults: string[] = [];
    const again = await this.#cli.run(['repair', path, '--json']);
    if (again.status !== 0) faults.push(`the next repair ended with ${again.status}: ${again.stderr.trim()}`);
    const store = await openLocalStore({ dataDir: this.#cli.dataDir, serviceEntry: join(this.#cli.dist, 'service.cjs') });
    try {
      for (const id of [session, `${session}-crowd`]) {
        const events = await store.events(id);
        for (const problem of verifyChain(events, sha256)) faults.push(problem.message);
        const ids = new Set(events.map((event) => event.event_id));
        if (ids.size !== events.length) faults.push(`${events.length - ids.size} events are doubled`);
        const view = await store.view(id);
        const parents = JSON.stringify(replay(events).overrides());
        if (events.length > 0 && view === null) faults.push('there is no view');
        if (view !== null && !view.is_stale && JSON.stringify(view.message_parents) !== parents)
          faults.push('the view is wrong and does not say so');
        const lost = id === session ? [] : acknowledged.filter((one) => !ids.has(one));
        if (lost.length > 0) faults.push(`${lost.length} acknowledged events are lost`);
        if (id === session && events.length !== BREAKS.length) faults.push(`${events.length} repairs instead of ${BREAKS.length}`);
      }
    } finally {
      await store.close();
    }
    return faults;
  }
}

async function killed(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

/** Lets a writer finish what it is at. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  await gone;
}
