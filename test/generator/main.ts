import { writeFile } from 'node:fs/promises';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { badInputs, largeFile, longLine } from './bad-input.ts';
import { streamChain } from './chain.ts';
import { damage } from './damage/damage.ts';
import { ImpossibleDamage, parseDamage } from './damage/spec.ts';
import { writeFiles, writeStream } from './files.ts';
import { generateSession, streamSession } from './session.ts';
import { CLIENTS, type Client, type SessionOptions } from './types.ts';

const USAGE = `Usage: node test/generator/main.ts --out DIR [--seed N] [--records N] [--prompts N] [--client 2.1.29|2.1.217]
         [--bytes N] [--compactions N] [--rewinds N] [--damage A2:3,E3,A2/text:2] [--chain] [--bad-input]

Writes <sessionId>.jsonl, <sessionId>/subagents/ and, unless it is streamed, <sessionId>.truth.json.
Sessions of more than 20,000 records are streamed: no truth file, no damage.
--chain       one straight conversation of short messages instead
--bad-input   the files that are no proper sessions instead
`;

/** Above this a session is not held in memory. */
const STREAM_ABOVE = 20_000;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      seed: { type: 'string', default: '1' },
      records: { type: 'string' },
      prompts: { type: 'string' },
      client: { type: 'string', default: '2.1.29' },
      bytes: { type: 'string' },
      compactions: { type: 'string' },
      rewinds: { type: 'string' },
      damage: { type: 'string', default: '' },
      chain: { type: 'boolean', default: false },
      'bad-input': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const out = values.out;
  const client = CLIENTS.find((each) => each === values.client);
  if (out === undefined || client === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  await mkdir(out, { recursive: true });
  const seed = whole('seed', values.seed);
  if (values['bad-input']) return await writeBadInput(out);
  if (values.chain) return await writeChain(out, seed, whole('records', values.records ?? '1000'));
  return await writeSession(
    out,
    {
      seed,
      client,
      features: counts({ compactions: values.compactions, rewinds: values.rewinds }),
      ...(values.records === undefined ? {} : { records: whole('records', values.records) }),
      ...(values.prompts === undefined ? {} : { prompts: whole('prompts', values.prompts) }),
      ...(values.bytes === undefined ? {} : { targetBytes: whole('bytes', values.bytes) }),
    },
    client,
    values.damage,
  );
}

async function writeBadInput(out: string): Promise<number> {
  const inputs = [...badInputs(), longLine(), largeFile()];
  await writeFiles(
    out,
    inputs.map(({ name, bytes }) => ({ path: name, bytes })),
  );
  say({ files: inputs.map(({ name, readable }) => ({ name, readable })) });
  return 0;
}

async function writeChain(out: string, seed: number, records: number): Promise<number> {
  const { result, bytes } = await writeStream(out, streamChain({ seed, records }));
  say({ sessionId: result, bytes, records });
  return 0;
}

async function writeSession(out: string, options: SessionOptions, client: Client, damageText: string): Promise<number> {
  const specs = parseDamage(damageText);
  if ((options.records ?? 0) > STREAM_ABOVE && specs.length === 0) {
    const { result, bytes } = await writeStream(out, streamSession(options));
    say({ sessionId: result.sessionId, client, bytes, records: result.records, visible: result.visible.length });
    return 0;
  }
  const session = generateSession(options);
  const damaged = damage(session, specs, options.seed);
  await writeFiles(out, damaged.files);
  const truth = {
    sessionId: session.sessionId,
    client,
    damage: damaged.truth,
    visibleWhenHealthy: session.visible.map((message) => message.uuid),
    records: session.records,
  };
  await writeFile(join(out, `${session.sessionId}.truth.json`), `${JSON.stringify(truth)}\n`);
  say({ sessionId: session.sessionId, client, records: session.records.length, visible: session.visible.length, damage: damaged.truth });
  return 0;
}

function counts(values: Readonly<Record<'compactions' | 'rewinds', string | undefined>>): { compactions?: number; rewinds?: number } {
  return {
    ...(values.compactions === undefined ? {} : { compactions: whole('compactions', values.compactions) }),
    ...(values.rewinds === undefined ? {} : { rewinds: whole('rewinds', values.rewinds) }),
  };
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`--${name} wants a whole number, not ${text}`);
  return value;
}

function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 1)}\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof RangeError || error instanceof ImpossibleDamage || error instanceof TypeError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
