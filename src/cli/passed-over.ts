import { whyUnreadable } from '../files/regular-file.ts';
import { sharedSurroundings, type Surroundings } from '../files/file-analysis.ts';
import type { Terminal } from './terminal.ts';
import { visible } from './text.ts';

/** Files that are named one by one; of the others there is a number. */
const MOST_NAMED = 20;

/** What a run found beside sessions and did not read: pipes, devices, links that lead nowhere. It changes no result, and is told at the end. */
export class PassedOver {
  private readonly reasons = new Map<string, string>();
  /** Of what the command itself tells. */
  private readonly told = new Set<string>();
  /** What the analyses of this run share. */
  readonly around: Surroundings = sharedSurroundings((path, error) => this.add(path, error));

  add(path: string, error: unknown): void {
    this.reasons.set(path, visible(whyUnreadable(error)));
  }

  /** Leaves one out that the command tells of. */
  leaveOut(path: string): void {
    this.told.add(path);
  }

  sayTo(terminal: Terminal): void {
    const all = [...this.reasons].filter(([path]) => !this.told.has(path));
    for (const [path, reason] of all.slice(0, MOST_NAMED)) terminal.say(`riff: ${visible(path)} is passed over: ${reason}`);
    if (all.length > MOST_NAMED) terminal.say(`riff: … and ${all.length - MOST_NAMED} more.`);
  }
}
