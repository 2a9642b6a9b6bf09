import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockApi, type SentMessage } from './mock-api.ts';

/** What the client is asked after it has loaded the session. */
export const QUESTION = 'riff asks: go on';

const LONGEST_RUN_MS = 120_000;

export interface Session {
  readonly sessionId: string;
  /** The session's file: a path, or its bytes. */
  readonly file: string | Uint8Array;
  /** Folder with the session's agent files, as it stands beside the file. */
  readonly agents?: string;
}

export interface Resumed {
  /** Messages of the first request; null when the client asked nothing. */
  readonly messages: readonly SentMessage[] | null;
  /** Exit status; null when it was stopped because it took too long. */
  readonly status: number | null;
  readonly output: string;
  /** The session's file after the run. */
  readonly fileAfter: string;
}

/**
 * Resumes a session in an empty home, with nothing but a server on the loopback to talk to.
 * @param program the client's program
 */
export async function resume(program: string, session: Session): Promise<Resumed> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'riff-resume-')));
  const api = await MockApi.start();
  try {
    const cwd = join(root, 'work');
    const home = join(root, 'home');
    const project = join(home, '.claude', 'projects', cwd.replace(/[^a-zA-Z0-9]/g, '-'));
    await mkdir(cwd);
    await mkdir(project, { recursive: true });
    const file = join(project, `${session.sessionId}.jsonl`);
    if (typeof session.file === 'string') await cp(session.file, file);
    else await writeFile(file, session.file);
    if (session.agents !== undefined) await cp(session.agents, join(project, session.sessionId), { recursive: true });
    const { status, output } = await ended(program, ['-p', '--resume', session.sessionId, QUESTION], cwd, environment(home, api.url));
    return { messages: api.messages, status, output, fileAfter: await readFile(file, 'utf8') };
  } finally {
    await api.stop();
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

function environment(home: string, url: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'no-key',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  };
}

function ended(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string>,
): Promise<{ status: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_RUN_MS);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (status) => {
      clearTimeout(timer);
      resolve({ status, output });
    });
  });
}
