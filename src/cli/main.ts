import { LOADERS } from '../core/loaders/loaders.ts';
import { unansweredCalls } from '../files/regular-file.ts';
import { runProgram } from './program.ts';
import { terminalOver } from './terminal.ts';

// A reader that has seen enough, like `head`, ends the command; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.stderr.write(`riff: The output could not be written: ${error.message}\n`);
  process.exit(error.code === 'EPIPE' ? (process.exitCode ?? 0) : 2);
});
process.stderr.on('error', () => undefined);

const { env } = process;
const terminal = terminalOver(process.stdin, process.stdout, process.stderr, env);
void runProgram({ terminal, cwd: process.cwd(), env, loaders: LOADERS }, process.argv.slice(2)).then((status) => {
  // Not process.exit(): what is still being written to a pipe would be cut off.
  process.exitCode = status;
  if (unansweredCalls() > 0) endAtOnce();
});

/** A call that the system never answers keeps a process alive, and process.exit() waits for it as well. */
function endAtOnce(): void {
  process.stdout.write('', () => process.stderr.write('', () => process.kill(process.pid, 'SIGKILL')));
}
