/**
 * `npm run bench:repair [-- --corpus DIR] [--json] [--quick] [--seed N]`: loses records of healthy sessions and compares the first
 * suggestion for each orphan with its true parent. DIR holds real sessions, or the environment variable RIFF_CORPUS names it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generatedSessions, realSessions, type BenchSession } from './bench-session.ts';
import { measure, type Answer } from './measure.ts';
import { measureSpeed, speedText } from './speed.ts';
import { markdown, tablesOf } from './table.ts';

const QUICK = { most: 40, seeds: [1], records: 300, largeRecords: 20_000 };
const WHOLE = { most: 400, seeds: [1, 2, 3, 4], records: 600, largeRecords: 100_000 };
/** One loss in a hundred records. */
const LOST_SHARE = 0.01;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      corpus: { type: 'string' },
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      seed: { type: 'string', default: '7' },
    },
  });
  const size = values.quick ? QUICK : WHOLE;
  const sessions = [...(await corpusSessions(values.corpus)), ...(await generatedSessions(size.seeds, size.records))];
  const answers: Answer[] = [];
  for (const session of sessions) {
    process.stderr.write(`${session.name}\n`);
    answers.push(...(await measure(session, { most: size.most, seed: Number(values.seed), withSimilarity: true })));
  }
  const tables = tablesOf(answers);
  const speed = await measureSpeed(size.largeRecords, Math.round(size.largeRecords * LOST_SHARE));
  const names = sessions.map((session) => session.name);
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ sessions: names, tables, speed }, null, 1)}\n`
      : `${[...tables.map(markdown), speedText(speed)].join('\n\n')}\n`,
  );
}

async function corpusSessions(given: string | undefined): Promise<BenchSession[]> {
  const beside = join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus', 'projects');
  const corpus = given ?? process.env['RIFF_CORPUS'] ?? beside;
  if (existsSync(corpus)) return realSessions(corpus);
  process.stderr.write(`No real sessions: ${corpus} is not there. Name a folder of them with --corpus.\n`);
  return [];
}

await main();
