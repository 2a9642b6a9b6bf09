import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Sibling, SiblingFinder } from '../core/session/siblings.ts';
import { FileSource } from './file-source.ts';

/** Most other sessions of a project that are searched, newest first. */
const MOST_SESSIONS = 50;

/**
 * Finds the transcripts around a file: for `<id>.jsonl` its agent files under `<id>/subagents/` and older `agent-*.jsonl` beside
 * it, for an agent file its session, then the other sessions of the folder.
 */
export class SiblingFiles implements SiblingFinder {
  private readonly path: string;

  /** @param path absolute path of the transcript */
  constructor(path: string) {
    this.path = path;
  }

  async siblings(): Promise<readonly Sibling[]> {
    const folder = dirname(this.path);
    const own = await jsonlBelow(ownFolder(this.path));
    const beside = (await jsonlIn(folder)).filter((path) => path !== this.path);
    const session = sessionOfAgent(this.path);
    const agents = beside.filter(isAgentFile);
    const sessions = await newestFirst(beside.filter((path) => !isAgentFile(path)));
    const main = session === null ? [] : [session];
    return [
      ...main.map((path) => sibling('session', path, true)),
      ...[...own, ...agents].map((path) => sibling('agent', path, true)),
      ...sessions.slice(0, MOST_SESSIONS).map((path) => sibling('session', path, false)),
    ];
  }
}

/** Whether a file is a subagent's transcript rather than a session. */
export function isAgentFile(path: string): boolean {
  return basename(path).startsWith('agent-');
}

/**
 * Where a session's subagent wrote its messages, or null; it is looked for only where the session's own agents write.
 * @param path of the session or of another of its agents
 * @param agent untrusted: what a transcript calls it
 */
export async function agentFile(path: string, agent: string): Promise<string | null> {
  const paths = [...(await jsonlBelow(ownFolder(path))), ...(await jsonlIn(dirname(path)))];
  return paths.find((one) => one !== path && basename(one) === `agent-${agent}.jsonl`) ?? null;
}

/**
 * The session that an agent's file belongs to, or null.
 * @param sessionId untrusted: what the file's records say
 */
export async function sessionFile(path: string, sessionId: string): Promise<string | null> {
  const above = sessionOfAgent(path);
  if (above !== null) return above;
  return (await jsonlIn(dirname(path))).find((one) => one !== path && basename(one) === `${sessionId}.jsonl`) ?? null;
}

function ownFolder(path: string): string {
  return join(dirname(path), basename(path, '.jsonl'), 'subagents');
}

/** `<folder>/<id>/subagents/…/agent-x.jsonl` belongs to `<folder>/<id>.jsonl`. */
function sessionOfAgent(path: string): string | null {
  const parts = dirname(path).split(/[/\\]/);
  const at = parts.lastIndexOf('subagents');
  return at < 1 ? null : `${parts.slice(0, at).join('/')}.jsonl`;
}

function sibling(kind: Sibling['kind'], path: string, isNear: boolean): Sibling {
  return { kind, isNear, file: basename(path), source: new FileSource(path) };
}

async function jsonlIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith('.jsonl')).map((name) => join(folder, name));
}

async function jsonlBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile() && entry.name.endsWith('.jsonl')).map((entry) => join(entry.parentPath, entry.name));
}

async function newestFirst(paths: readonly string[]): Promise<string[]> {
  const dated = await Promise.all(
    paths.map(async (path) => ({
      path,
      time: await stat(path).then(
        (s) => s.mtimeMs,
        () => 0,
      ),
    })),
  );
  return dated.sort((a, b) => b.time - a.time).map((entry) => entry.path);
}
