import { createInterface } from 'node:readline/promises';
import { counted, grouped } from '../core/count-text.ts';
import { terminalSafe } from './text.ts';

/** Puts text in a colour where colours are wanted. */
export interface Style {
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly green: (text: string) => string;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
}

/** Where a command writes. */
export interface Terminal {
  /** The result, to standard output; nothing else goes there. */
  print(line: string): void;
  /** What people should know besides, to standard error. */
  say(line: string): void;
  /** Replaces the progress line, or removes it; only on a terminal. */
  progress(text: string | null): void;
  /** Empties the screen; where there is none, a blank line. */
  clear(): void;
  /** Asks for a yes; null where nobody can answer. */
  readonly ask: ((question: string) => Promise<boolean>) | null;
  readonly style: Style;
  /** Characters in a line of standard output; null when it is no terminal. */
  readonly columns: number | null;
}

type Stream = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>;

/**
 * @param stdin where answers come from
 * @param env NO_COLOR (not empty) and TERM=dumb turn colours off
 */
export function terminalOver(
  stdin: NodeJS.ReadStream,
  stdout: Stream,
  stderr: Stream & NodeJS.WritableStream,
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  const clear = '\r\u001b[2K';
  let shown = false;
  const progress = (text: string | null): void => {
    if (!stderr.isTTY || (text === null && !shown)) return;
    stderr.write(text === null ? clear : `${clear}${terminalSafe(text)}`);
    shown = text !== null;
  };
  return {
    print: (line) => {
      progress(null);
      stdout.write(`${terminalSafe(line)}\n`);
    },
    say: (line) => {
      progress(null);
      stderr.write(`${terminalSafe(line)}\n`);
    },
    progress,
    clear: () => {
      stdout.write(stdout.isTTY ? '\u001b[2J\u001b[3J\u001b[H' : '\n');
    },
    ask: stdin.isTTY && stderr.isTTY ? (question) => answered(stdin, stderr, question) : null,
    style: styleFor(stdout.isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'),
    columns: stdout.isTTY ? Math.max(40, stdout.columns) : null,
  };
}

async function answered(input: NodeJS.ReadStream, output: NodeJS.WritableStream, question: string): Promise<boolean> {
  const lines = createInterface({ input, output });
  try {
    return /^y(es)?$/i.test((await lines.question(`${terminalSafe(question)} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}

function styleFor(colours: boolean): Style {
  const code = (start: number, end: number) => (text: string) => (colours ? `\u001b[${start}m${text}\u001b[${end}m` : text);
  return { red: code(31, 39), yellow: code(33, 39), green: code(32, 39), bold: code(1, 22), dim: code(2, 22) };
}

/** "3 of 12 sessions" and the like, for progress lines. */
export function share(done: number, total: number, noun: string): string {
  return `${grouped(done)} of ${counted(total, noun)}`;
}
