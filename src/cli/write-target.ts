import { randomUUID } from 'node:crypto';
import { access, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { SessionAnalysis } from '../core/session/session-analysis.ts';
import { patchInPlace, refuseOpenSession } from '../files/copies/patch-in-place.ts';
import { writeCopy } from '../files/copies/write-copy.ts';
import { CliFailure } from './failure.ts';
import { visible } from './text.ts';
import { isSessionId } from './transcripts.ts';

/** Where the repaired session goes. */
export type WriteTarget =
  | { readonly kind: 'copy'; readonly path: string; readonly sessionId: string }
  | { readonly kind: 'in-place'; readonly path: string; readonly sessionId: string };

/** The three ways to ask for a file. */
export interface WriteOptions {
  /** True: beside the source. */
  readonly copy?: string | true;
  readonly out?: string;
  readonly inPlace?: true;
}

/** What was written. */
export interface Written {
  readonly path: string;
  readonly sessionId: string;
  /** The file as it was, for a repair in place. */
  readonly backup: string | null;
}

/**
 * Where the options ask the repaired session to be written, checked before anything is logged.
 * @returns null when no file was asked for
 * @throws CliFailure; CopyError `session-open`
 */
export async function writeTarget(source: string, sessionId: string, options: WriteOptions, cwd: string): Promise<WriteTarget | null> {
  if (options.inPlace) {
    await refuseOpenSession(source, sessionId);
    return { kind: 'in-place', path: source, sessionId };
  }
  if (options.out !== undefined) return outTarget(resolve(cwd, options.out));
  if (options.copy === undefined) return null;
  const folder = options.copy === true ? dirname(source) : resolve(cwd, options.copy);
  await refuseMissingFolder(folder);
  const newId = randomUUID();
  return { kind: 'copy', path: join(folder, `${newId}.jsonl`), sessionId: newId };
}

/** A client finds a session by its file's name: where that is an id, the copy gets it. */
async function outTarget(path: string): Promise<WriteTarget> {
  const stem = basename(path, '.jsonl');
  await refuseMissingFolder(dirname(path));
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists) throw new CliFailure(`${visible(path)} exists already.`, 'Nothing is overwritten; name another file.');
  return { kind: 'copy', path, sessionId: isSessionId(stem) ? stem : randomUUID() };
}

async function refuseMissingFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found === null || !found.isDirectory())
    throw new CliFailure(`There is no directory ${visible(folder)}.`, 'Create it, or name another one.');
}

/**
 * Writes the session with all that is laid over it.
 * @returns null when the file itself needs no change
 * @throws CopyError
 */
export async function writeRepaired(source: string, session: SessionAnalysis, target: WriteTarget): Promise<Written | null> {
  const { path, sessionId } = target;
  if (target.kind === 'copy') {
    const expected = { transcript: await session.fingerprint(), result: await session.copyExpectation(sessionId) };
    await writeCopy(source, path, await session.copyPatch(sessionId), expected);
    return { path, sessionId, backup: null };
  }
  const patch = await session.inPlacePatch();
  if (patch.edits.length === 0) return null;
  const expected = { transcript: await session.fingerprint(), result: await session.copyExpectation(null) };
  return { path, sessionId, backup: await patchInPlace(source, sessionId, patch, expected) };
}
