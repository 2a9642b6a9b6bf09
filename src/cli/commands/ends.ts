import type { Command } from 'commander';
import type { RecordRow } from '../../core/session/analysis-types.ts';
import type { SessionEnd } from '../../core/session/trials/session-trials.ts';
import { listEnds, type SessionEnds } from '../../operations/session/list-ends.ts';
import type { CommandContext } from '../command.ts';
import { CONTRACT } from '../contract.ts';
import { openSession } from '../open-session.ts';
import { visible } from '../text.ts';
import { oneTranscript } from '../transcripts.ts';

interface EndsOptions {
  readonly points?: true;
  readonly json?: true;
}

const HELP = `
An end is the last message of a branch: also of one that was left by going back. riff repair PATH --from LINE --copy writes a session that goes on
from there. With --points the messages are listed that the client itself can be told to go back to.

Examples:
  riff ends 794650a6
  riff repair 794650a6 --from 431 --copy
`;

export function addEnds(program: Command, context: CommandContext): void {
  program
    .command('ends')
    .summary('list where a session can go on from')
    .description('Lists the ends of the branches of a session, and where they branch off. Changes nothing.')
    .argument('<path>', 'session file, or the beginning of a session id')
    .option('--points', 'list the messages that a resume can go back to instead')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(async (path: string, options: EndsOptions) => {
      const found = await listEnds(
        await openSession(await oneTranscript(path, context.cwd, context.ports), context.ports, context.loaders),
      );
      if (options.json) context.terminal.print(JSON.stringify(endsJson(found), null, 2));
      else for (const line of options.points ? pointLines(found) : endLines(found)) context.terminal.print(line);
      context.finish(0);
    });
}

/** The document that scripts read; every name is part of the contract. */
function endsJson({ sessionId, ends, points }: SessionEnds): object {
  return {
    riff: CONTRACT,
    sessionId,
    ends: ends.map(({ kind, row, prompt, isCurrent, loads }) => ({
      kind,
      uuid: row.uuid,
      line: row.line,
      timestamp: row.timestamp,
      current: isCurrent,
      loads,
      prompt: prompt === null ? null : prompt.text,
    })),
    points: points.map(({ uuid, line }) => ({ uuid, line })),
  };
}

function endLines({ total, ends }: SessionEnds): string[] {
  return ends.map((end) => {
    const { row, prompt, loads } = end;
    return `${place(row)}  ${noteOf(end).padEnd(11)}  loads ${loads} of ${total}  ${visible((prompt?.text ?? row.text).slice(0, 80))}`.trimEnd();
  });
}

function noteOf({ kind, isCurrent }: SessionEnd): string {
  if (isCurrent) return 'resumes now';
  return kind === 'end' ? 'end' : 'before fork';
}

function pointLines({ sessionId, points }: SessionEnds): string[] {
  const how = `claude -p --resume ${sessionId} --resume-session-at UUID goes back to:`;
  return [how, ...points.map((row) => `  ${row.uuid}  ${place(row)}  ${visible(`${row.label}  ${row.text.slice(0, 80)}`)}`.trimEnd())];
}

function place({ line, timestamp }: RecordRow): string {
  return `line ${String(line).padEnd(6)} ${timestamp?.slice(0, 16).replace('T', ' ') ?? ' '.repeat(16)}`;
}
