import { basename, dirname, join } from 'node:path';
import type { FileLayout } from '../core/formats/format.ts';
import type { Sibling, SiblingFinder } from '../core/session/ports.ts';
import type { SiblingFolders } from './sibling-folders.ts';
import { filesBelow, filesIn, type ListedFile } from './listed-files.ts';
import { isTranscript, layoutOf } from './transcript-names.ts';

/** Most other sessions of a project that are searched, newest first. */
const MOST_SESSIONS = 50;
/** Characters of a session id. */
const ID_LENGTH = 36;

/**
 * Finds the transcripts around a file as its agent lays them out: for a session its subagents' files, in their folder and beside it,
 * for a subagent's file its session, then the other sessions of the folder.
 */
export class SiblingFiles implements SiblingFinder {
  private readonly path: string;
  private readonly layout: FileLayout;
  private readonly folders: SiblingFolders;

  /** @param path absolute path of the transcript */
  constructor(path: string, folders: SiblingFolders) {
    this.path = path;
    this.layout = layoutOf(path);
    this.folders = folders;
  }

  async siblings(): Promise<readonly Sibling[]> {
    const { layout, folders } = this;
    const own = await folders.agentsBelow(ownFolder(this.path, layout), layout);
    const { agents, sessions } = await folders.transcriptsIn(dirname(this.path), layout);
    const session = sessionOfAgent(this.path, layout);
    const others = firstOthers(sessions, this.path, layout);
    const main = session === null ? [] : [session];
    return [
      ...main.map((path) => this.sibling('session', path, true)),
      ...[...own, ...agents].filter((path) => path !== this.path).map((path) => this.sibling('agent', path, true)),
      ...others.map((path) => this.sibling('session', path, false)),
    ];
  }

  private sibling(kind: Sibling['kind'], path: string, isNear: boolean): Sibling {
    return { kind, isNear, file: basename(path), source: this.folders.sourceOf(path) };
  }
}

/** Copies of the session, and backups, first: they are named after it. */
function firstOthers(sessions: readonly string[], path: string, layout: FileLayout): string[] {
  const id = basename(path, layout.ending).slice(0, ID_LENGTH);
  const others = sessions.filter((one) => one !== path);
  const isNamedAlike = (one: string): boolean => basename(one).startsWith(id) && !/^[0-9a-z]/i.test(basename(one).slice(id.length));
  return [...others.filter(isNamedAlike), ...others.filter((one) => !isNamedAlike(one))].slice(0, MOST_SESSIONS);
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

async function transcriptsIn(folder: string, layout: FileLayout): Promise<string[]> {
  return pathsOf(
    await filesIn(
      folder,
      (name) => isTranscript(name, layout),
      () => undefined,
    ),
  );
}

async function transcriptsBelow(folder: string, layout: FileLayout): Promise<string[]> {
  return pathsOf(
    await filesBelow(
      folder,
      (name) => isTranscript(name, layout),
      () => undefined,
    ),
  );
}

function pathsOf(files: readonly ListedFile[]): string[] {
  return files.map(({ path }) => path);
}
