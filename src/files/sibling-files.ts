import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileLayout } from '../core/formats/format.ts';
import type { Sibling, SiblingFinder } from '../core/session/siblings.ts';
import { FileSource } from './file-source.ts';
import { isAgentFile, isTranscript, layoutOf } from './transcript-names.ts';

/** Most other sessions of a project that are searched, newest first. */
const MOST_SESSIONS = 50;
/** Characters of a session id. */
const ID_LENGTH = 36;
/** What is added to names of transcripts that are put aside. */
const PUT_ASIDE = /\.(bak|backup|old|orig|save|conflict[^/]*|sync-conflict[^/]*)\d*$|~$/i;

/**
 * Finds the transcripts around a file as its agent lays them out: for a session its subagents' files, in their folder and beside it,
 * for a subagent's file its session, then the other sessions of the folder.
 */
export class SiblingFiles implements SiblingFinder {
  private readonly path: string;
  private readonly layout: FileLayout;

  /** @param path absolute path of the transcript */
  constructor(path: string) {
    this.path = path;
    this.layout = layoutOf(path);
  }

  async siblings(): Promise<readonly Sibling[]> {
    const { layout } = this;
    const folder = dirname(this.path);
    const own = await transcriptsBelow(ownFolder(this.path, layout), layout);
    const beside = (await transcriptsIn(folder, layout, true)).filter((path) => path !== this.path);
    const session = sessionOfAgent(this.path, layout);
    const agents = beside.filter((path) => isAgentFile(path, layout));
    const others = await newestFirst(beside.filter((path) => !isAgentFile(path, layout)));
    // Copies of this session, and backups, are named after it.
    const isNamedAlike = (path: string): boolean => basename(path).startsWith(basename(this.path, layout.ending).slice(0, ID_LENGTH));
    const sessions = [...others.filter(isNamedAlike), ...others.filter((path) => !isNamedAlike(path))];
    const main = session === null ? [] : [session];
    return [
      ...main.map((path) => sibling('session', path, true)),
      ...[...own, ...agents].map((path) => sibling('agent', path, true)),
      ...sessions.slice(0, MOST_SESSIONS).map((path) => sibling('session', path, false)),
    ];
  }
}

/**
 * Where a session's subagent wrote its messages, or null; it is looked for only where the session's own agents write.
 * @param path of the session or of another of its agents
 * @param agent untrusted: what a transcript calls it
 */
export async function agentFile(path: string, agent: string): Promise<string | null> {
  const layout = layoutOf(path);
  const paths = [...(await transcriptsBelow(ownFolder(path, layout), layout)), ...(await transcriptsIn(dirname(path), layout))];
  return paths.find((one) => one !== path && basename(one) === `${layout.agentStart}${agent}${layout.ending}`) ?? null;
}

/**
 * The session that an agent's file belongs to, or null.
 * @param sessionId untrusted: what the file's records say
 */
export async function sessionFile(path: string, sessionId: string): Promise<string | null> {
  const layout = layoutOf(path);
  const above = sessionOfAgent(path, layout);
  if (above !== null) return above;
  const beside = await transcriptsIn(dirname(path), layout);
  return beside.find((one) => one !== path && basename(one) === `${sessionId}${layout.ending}`) ?? null;
}

function ownFolder(path: string, layout: FileLayout): string {
  return join(dirname(path), basename(path, layout.ending), layout.agentFolder);
}

/** The session whose folder of subagents, or a folder below it, holds a file; null for other files. */
function sessionOfAgent(path: string, layout: FileLayout): string | null {
  const parts = dirname(path).split(/[/\\]/);
  const at = parts.lastIndexOf(layout.agentFolder);
  return at < 1 ? null : `${parts.slice(0, at).join('/')}${layout.ending}`;
}

function sibling(kind: Sibling['kind'], path: string, isNear: boolean): Sibling {
  return { kind, isNear, file: basename(path), source: new FileSource(path) };
}

/** @param alsoAside those that were put aside under another name, too */
async function transcriptsIn(folder: string, layout: FileLayout, alsoAside = false): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => isTranscript(alsoAside ? name.replace(PUT_ASIDE, '') : name, layout)).map((name) => join(folder, name));
}

async function transcriptsBelow(folder: string, layout: FileLayout): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile() && isTranscript(entry.name, layout)).map((entry) => join(entry.parentPath, entry.name));
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
