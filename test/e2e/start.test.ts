import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { root, toolsNode } from '../../scripts/bootstrap.mjs';
import { codeServerFolder, ensureCodeServer } from '../../scripts/code-server.ts';
import { makeSandbox } from '../harness/sandbox.ts';
import type { Sandbox } from '../harness/sandbox.ts';
import { present } from '../support/expect-value.ts';
import { it } from './tier.ts';

const SESSION = '{"type":"user","uuid":"11111111-1111-4111-8111-111111111111","parentUuid":null}\n';

let sandbox: Sandbox;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  sandbox = await makeSandbox({ 'session.jsonl': SESSION });
  // A cache that holds code-server and nothing else: the first start on a machine, without its three minutes.
  await ensureCodeServer();
  await symlink(codeServerFolder(), path.join(sandbox.home, path.basename(codeServerFolder())));
  const { DISPLAY: _x, WAYLAND_DISPLAY: _wayland, ...headless } = sandbox.env;
  env = { ...headless, RIFF_CACHE_DIR: sandbox.home };
});
afterAll(() => sandbox.remove());

type Start = ChildProcessByStdio<null, Readable, Readable>;

function npmStart(...files: readonly string[]): Start {
  return spawn(toolsNode(), [path.join(root, 'scripts', 'open.ts'), ...files], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Resolves to the address that it names. */
async function addressOf(start: Start): Promise<string> {
  start.stderr.pipe(process.stderr);
  const [line] = (await once(createInterface(start.stdout), 'line')) as [string];
  return present(/http:\/\/127\.0\.0\.1:\S+/.exec(line)?.[0]);
}

/** Tells it to end. */
async function endsWell(start: Start): Promise<void> {
  expect(start.exitCode).toBeNull();
  const ended = once(start, 'exit');
  start.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
}

// Elsewhere a desktop VS Code would open.
describe.runIf(process.platform === 'linux')('npm start', () => {
  it('serves VS Code with the session open as a graph, until it is told to end', async ({ vscode }) => {
    const start = npmStart(path.join(sandbox.workspace, 'session.jsonl'));
    const address = await addressOf(start);

    const window = await vscode.openWindow(address);
    try {
      await expect.poll(() => window.graph().locator('body').innerText()).not.toBe('');
    } finally {
      await window.screenshot('npm-start');
      await window.close();
    }

    await endsWell(start);
  });

  it('opens a copy of the sample when no file is named: the checkout stays as it is', async () => {
    const start = npmStart();
    const payload = new URL(await addressOf(start)).searchParams.get('payload');
    const [, file] = /"openFile","vscode-remote:\/\/[^/]+([^"]+)"/.exec(payload!)!;
    expect(file).toContain(sandbox.home);
    expect(existsSync(file!)).toBe(true);
    await endsWell(start);
  });

  it('says in one line what is wrong with the file it is given', async () => {
    const start = npmStart('/no/such/session.jsonl');
    let said = '';
    start.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const [code] = (await once(start, 'close')) as [number];
    expect(code).toBe(1);
    expect(said.trim().split('\n')).toEqual([
      expect.stringMatching(/^riff: There is no file \/no\/such\/session\.jsonl\. .*npm start -- FILE$/),
    ]);
  });
});
