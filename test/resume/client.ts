import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SentMessage } from './api/request.ts';
import type { ApiLimits } from './api/rule.ts';
import { MockApi, type Exchange } from './mock-api.ts';

/** What the client is asked after it has loaded the session. */
export const QUESTION = 'riff asks: go on';

const LONGEST_RUN_MS = 120_000;

export interface Session {
  readonly sessionId: string;
  /** The session's file: a path, or its bytes; left out when it stands in `beside`, or nowhere. */
  readonly file?: string | Uint8Array;
  /** Folder with the session's agent files, as it stands beside the file. */
  readonly agents?: string;
  /** Folder whose files stand beside the session's. */
  readonly beside?: string;
  /** Folders of other projects, as they stand beside that of the session. */
  readonly projects?: readonly { readonly name: string; readonly path: string }[];
}

export interface ResumeOptions {
  /** What the API refuses; null, the default, for one that accepts everything. */
  readonly limits?: ApiLimits | null;
  /** Switches the advisor on, a tool that the API runs itself: the client leaves out its calls and results otherwise. */
  readonly advisor?: boolean;
  /** uuid of the message that the client is told to go back to (`--resume-session-at`); null, the default: the end. */
  readonly at?: string | null;
}

export interface Resumed {
  /** Messages of the first request; null when the client asked nothing. */
  readonly messages: readonly SentMessage[] | null;
  /** All requests for an answer, and what they were answered. */
  readonly exchanges: readonly Exchange[];
  /** Exit status; null when it was stopped because it took too long. */
  readonly status: number | null;
  readonly output: string;
  /** The session's file after the run; empty when there is none. */
  readonly fileAfter: string;
}

/**
 * Resumes a session in an empty home, with nothing but a server on the loopback to talk to.
 * @param program the client's program
 */
export async function resume(
  program: string,
  session: Session,
  { limits = null, advisor = false, at = null }: ResumeOptions = {},
): Promise<Resumed> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'riff-resume-')));
  const api = await MockApi.start(limits);
  try {
    const cwd = join(root, 'work');
    const home = join(root, 'home');
    await mkdir(cwd);
    const file = await layOut(session, join(home, '.claude', 'projects'), cwd.replace(/[^a-zA-Z0-9]/g, '-'));
    if (advisor) await writeFile(join(home, '.claude', 'settings.json'), '{"advisorModel":"opus"}');
    const env = { ...environment(home, api.url), ...(advisor ? { CLAUDE_CODE_ENABLE_EXPERIMENTAL_ADVISOR_TOOL: '1' } : {}) };
    const { status, output } = await ended(
      program,
      ['-p', '--resume', session.sessionId, ...(at === null ? [] : ['--resume-session-at', at]), QUESTION],
      cwd,
      env,
    );
    const { exchanges } = api;
    return { messages: exchanges[0]?.messages ?? null, exchanges, status, output, fileAfter: await readFile(file, 'utf8').catch(() => '') };
  } finally {
    await api.stop();
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Puts a session's files where a client looks for them. @returns path of the session's file */
async function layOut({ sessionId, file, agents, beside, projects = [] }: Session, folder: string, project: string): Promise<string> {
  const own = join(folder, project);
  await mkdir(own, { recursive: true });
  for (const { name, path } of projects) await cp(path, join(folder, name), { recursive: true });
  if (beside !== undefined) await cp(beside, own, { recursive: true });
  const target = join(own, `${sessionId}.jsonl`);
  if (typeof file === 'string') await cp(file, target);
  else if (file !== undefined) await writeFile(target, file);
  if (agents !== undefined) await cp(agents, join(own, sessionId), { recursive: true });
  return target;
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
