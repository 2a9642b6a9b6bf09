/** Nothing of a session reaches a terminal as it stands, whichever command fails on it. */
import * as fc from 'fast-check';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brokenRule } from '../../src/core/broken-rule.ts';
import { SessionIdSchema } from '../../src/core/log/rows.ts';
import { terminalSafe } from '../../src/cli/text.ts';
import { conversation, idOf, record } from '../support/records.ts';
import { cliHarness, type CliHarness } from '../support/riff-cli.ts';

const RAW = /[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;
const HOSTILE = '\u001b[2J\u001b]52;c;ZWNobyBoaQ==\u0007\u009b31m\u202e';

const strange = fc.string({
  unit: fc.constantFrom('\u001b', '[', ']', '52;', '31m', '2J', 'x', '"', '\u0007', '\u009b', '\u202e', '\r', '\n'),
});

test('the terminal gets text, line breaks and the colours of Riff, whatever is printed', () => {
  fc.assert(
    fc.property(strange, (text) => {
      // What is left besides are the codes that Style writes, and line ends as CSV has them.
      expect(terminalSafe(text).replaceAll(/\r\n|\u001b\[(31|32|33|39|1|2|22)m/g, '')).not.toMatch(RAW);
    }),
  );
});

test('JSON keeps its meaning', () => {
  fc.assert(
    fc.property(strange, (text) => {
      const safe = terminalSafe(JSON.stringify({ [text]: text }));
      expect(safe).not.toMatch(RAW);
      expect(JSON.parse(safe)).toEqual({ [text]: text });
    }),
  );
});

test('a broken rule is told by its place, never by the value', () => {
  const parsed = v.safeParse(v.object({ id: SessionIdSchema }), { id: HOSTILE });
  expect(parsed.success ? '' : brokenRule(parsed.issues)).toBe('“id”: not a valid regex, expected /^[^\\p{Cc}]{1,200}$/u.');
});

describe('a session with a hostile id', () => {
  let cli: CliHarness;
  let path: string;
  beforeAll(async () => {
    cli = await cliHarness();
    const records = conversation(10).map((spec, i) => (i === 5 ? { ...spec, parent: idOf(999) } : spec));
    const text = records.map((spec, i) => `${JSON.stringify({ ...record(spec, i), sessionId: HOSTILE })}\n`).join('');
    path = await cli.file('hostile/mine.jsonl', text);
  }, 60_000);
  afterAll(() => cli.dispose());

  test.each([
    [['scan']],
    [['scan', '--json']],
    [['repair', '--dry-run']],
    [['ends']],
    [['graph']],
    [['repair', '--reason', HOSTILE.replaceAll('\u0000', '')]],
    [['log']],
    [['verify']],
    [['export']],
    [['checkpoint']],
    [['revert']],
    [['outbox']],
  ])('%s prints nothing raw', async (command) => {
    const args = command[0] === 'checkpoint' ? [command[0], path, HOSTILE] : [...command, path];
    const { stdout, stderr } = await cli.run(args);
    expect(stdout + stderr).not.toMatch(RAW);
    expect(stderr).not.toContain('Report this');
  });
});
