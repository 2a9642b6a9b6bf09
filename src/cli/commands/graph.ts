import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { PICTURE_DETAILS, PICTURE_FORMATS, type PictureDetail, type PictureFormat } from '../../core/picture/picture.ts';
import { withPrimary, type LoaderId } from '../../core/loaders/loader.ts';
import type { CommandContext } from '../command.ts';
import { CliFailure } from '../failure.ts';
import { drawGraph } from '../../operations/session/draw-graph.ts';
import { loaderOption } from '../loader-option.ts';
import { openSession } from '../open-session.ts';
import { visible } from '../text.ts';
import { reasonOf, oneTranscript } from '../transcripts.ts';

interface GraphOptions {
  readonly format: PictureFormat;
  readonly detail: PictureDetail;
  readonly out?: string;
  readonly loader?: LoaderId;
}

const HELP = `
PATH is a session file, or the beginning of a session id. The graph is that of the file as it stands.

Examples:
  riff graph 794650a6 --out session.svg                    a picture
  riff graph 794650a6 --format mermaid --detail prompts    for a Markdown document
  riff graph 794650a6 --format dot | dot -Tpdf -o session.pdf
`;

export function addGraph(program: Command, context: CommandContext): void {
  program
    .command('graph')
    .summary('write the graph of a session as SVG, Mermaid or DOT')
    .description('Writes the graph of a session as a picture, or as text that other programs draw. Changes nothing.')
    .argument('<path>', 'session file or session id')
    .addOption(new Option('--format <format>', 'what to write').choices(PICTURE_FORMATS).default('svg'))
    .addOption(new Option('--detail <detail>', 'what to draw').choices(PICTURE_DETAILS).default('messages'))
    .option('--out <file>', 'write to this file, which must not exist, instead of standard output')
    .addOption(loaderOption(context.loaders))
    .addHelpText('after', HELP)
    .action(async (path: string, options: GraphOptions) => {
      await writeGraph(context, path, options);
      context.finish(0);
    });
}

async function writeGraph({ terminal, cwd, loaders, ports }: CommandContext, path: string, options: GraphOptions): Promise<void> {
  const { format, detail, out, loader } = options;
  const session = await openSession(await oneTranscript(path, cwd, ports), ports, withPrimary(loaders, loader ?? null));
  const { text, warning } = await drawGraph({ format, detail }, session);
  if (warning !== null) terminal.say(`riff: ${warning} --detail prompts draws less.`);
  if (out === undefined) terminal.print(text.trimEnd());
  else await writeNew(resolve(cwd, out), text);
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (exists) throw new CliFailure(`${visible(file)} exists already.`, 'Nothing is overwritten; name another file.');
    throw new CliFailure(`${visible(file)} cannot be written: ${reasonOf(error)}`, null, { cause: error });
  }
}
