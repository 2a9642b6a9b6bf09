import type { Command } from 'commander';
import type { Loaders } from '../core/loaders/loader.ts';
import type { ExitStatus } from './failure.ts';
import type { CliPorts } from './ports.ts';
import type { Terminal } from './terminal.ts';

/** What every command gets from the process. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly cwd: string;
  /** What sessions are judged by. */
  readonly loaders: Loaders;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What operations get; closed when the command is done. */
  readonly ports: CliPorts;
  /** Called once, when the command is done. */
  finish(status: ExitStatus): void;
}

/** Adds one command to the program. */
export type AddCommand = (program: Command, context: CommandContext) => void;
