import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { conversation, lines } from '../support/records.ts';
import { cliHarness, type CliHarness } from '../support/riff-cli.ts';

let cli: CliHarness;

beforeAll(async () => {
  cli = await cliHarness();
}, 60_000);

afterAll(() => cli.dispose());

describe('riff', () => {
  test.each([
    [[]],
    [['scan']],
    [['graph']],
    [['repair']],
    [['log']],
    [['revert']],
    [['checkpoint']],
    [['checkpoints']],
    [['compare']],
    [['verify']],
    [['export']],
    [['import']],
    [['sync:surrealdb']],
    [['service']],
    [['service', 'status']],
    [['service', 'stop']],
  ])('%j --help explains itself with examples', async (command) => {
    const result = await cli.run([...command, '--help']);
    expect(result).toMatchObject({ status: 0, stderr: '' });
    expect(result.stdout).toContain('Usage: riff');
    expect(result.stdout).toMatch(/Examples?:\n {2}riff /);
  });

  test.each([
    [['scan', '--nope', '.']],
    [['scan']],
    [['nonsense']],
    [['log']],
    [['revert', 'x']],
    [['verify']],
    [['verify', 'x', '--all']],
    [['checkpoint', 'x']],
    [['export', 'x', '--format', 'pdf']],
    [['service', 'restart']],
    [[]],
  ])('%j is wrong use: status 2', async (args) => {
    const result = await cli.run(args);
    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).not.toBe('');
  });

  test('--version is the version of the package', async () => {
    expect(await cli.run(['--version'])).toMatchObject({ status: 0, stdout: `${packageJson.version}\n` });
  });

  test('graph writes the three formats, warns where renderers would refuse, and overwrites nothing', async () => {
    const path = await cli.file('session.jsonl', lines(conversation(600)));
    const svg = await cli.run(['graph', path]);
    expect(svg).toMatchObject({ status: 0, stderr: '' });
    expect(svg.stdout).toMatch(/^<svg [\s\S]*answer 599[\s\S]*<\/svg>\n$/);
    const mermaid = await cli.run(['graph', path, '--format', 'mermaid', '--detail', 'whole']);
    expect(mermaid.stdout).toMatch(/flowchart TB\n[\s\S]*n598 --> n599\n/);
    expect(mermaid.stderr).toContain('--detail prompts draws less');
    const out = join(cli.root, 'session.dot');
    expect(await cli.run(['graph', path, '--format', 'dot', '--out', out])).toMatchObject({ status: 0, stdout: '' });
    expect(await readFile(out, 'utf8')).toMatch(/^digraph session \{/);
    expect(await cli.run(['graph', path, '--out', out])).toMatchObject({ status: 2, stdout: '' });
    expect(await cli.run(['graph', path, '--format', 'png'])).toMatchObject({ status: 2, stdout: '' });
  });

  test('a machine where nothing was ever logged has an empty log, and no store is started to say so', async () => {
    const id = '12345678-2222-4333-8444-555555555555';
    expect(JSON.parse((await cli.run(['log', '--json', id])).stdout)).toEqual({
      riff: 2,
      sessionId: id,
      events: [],
      head: { seq: 0, digest: '' },
    });
    expect(await cli.run(['log', id])).toMatchObject({ status: 0, stderr: '' });
    expect(await cli.run(['revert', id, '1'])).toMatchObject({ status: 2, stdout: '' });
    expect(JSON.parse((await cli.run(['service', 'status', '--json'])).stdout)).toMatchObject({
      running: false,
      dataDirectory: cli.dataDir,
    });
    expect(await cli.run(['checkpoints', id])).toMatchObject({ status: 0, stderr: '' });
    expect(await cli.run(['verify', id])).toMatchObject({ status: 0, stderr: '' });
    expect(await cli.run(['verify', '--all'])).toMatchObject({ status: 0, stderr: '' });
    expect(await cli.run(['compare', id, '0', 'head'])).toMatchObject({ status: 0, stderr: '' });
    expect(await cli.run(['export', id])).toMatchObject({ status: 2, stdout: '' });
    expect(await cli.run(['service', 'stop'])).toMatchObject({ status: 0 });
  });
});
