import type { RepairAction } from '../../core/graph/repairs.ts';
import type { SessionModel } from '../../core/session/model.ts';
import { lossesOf, type CopyCheck } from '../../core/patch/copy-losses.ts';
import { isSessionId } from '../../core/session/session-id.ts';
import type { RepairedFiles } from './files.ts';
import { refuseCopy, refuseForeignFile, SessionRefused } from './refusal.ts';

/** Where the user wants the repaired session; paths are absolute. */
export type WriteWish =
  | { readonly kind: 'copy-beside' }
  | { readonly kind: 'copy-into'; readonly folder: string }
  | { readonly kind: 'copy-to'; readonly path: string }
  | { readonly kind: 'in-place' };

/** Where the repaired session goes. */
export interface WriteTarget {
  readonly kind: 'copy' | 'in-place';
  readonly path: string;
  /** Of the session in that file. */
  readonly sessionId: string;
}

/** What was written. */
export interface Written {
  readonly path: string;
  readonly sessionId: string;
  /** Messages that the primary loader loads of its bytes. */
  readonly loads: number;
  /** What every loader loads of its bytes, the primary one first. */
  readonly check: CopyCheck;
  /** The file as it was, for a repair in place. */
  readonly backup: string | null;
}

/** A session as the writing of a copy asks for it. */
export type CopiedSession = Pick<SessionModel, 'sync' | 'copies'>;

/**
 * Where a repaired session will be written: checked before anything is logged.
 * @param source absolute path of the session's file
 * @throws SessionRefused; CopyError `session-open`
 */
export async function writeTarget(
  source: string,
  wish: WriteWish,
  session: Pick<SessionModel, 'judgement'>,
  files: RepairedFiles,
): Promise<WriteTarget> {
  if (wish.kind === 'in-place') {
    await refuseForeignFile(session);
    const { sessionId } = await session.judgement.summary();
    await files.refuseOpenSession(source, sessionId);
    return { kind: 'in-place', path: source, sessionId };
  }
  await refuseCopy(source, session, files);
  if (wish.kind === 'copy-to') return targetFile(wish.path, files);
  const folder = wish.kind === 'copy-into' ? wish.folder : files.folderOf(source);
  await refuseMissingFolder(folder, files);
  const newId = crypto.randomUUID();
  return { kind: 'copy', path: files.fileIn(folder, newId), sessionId: newId };
}

/** A client finds a session by its file's name: where that is an id, the copy gets it. */
async function targetFile(path: string, files: RepairedFiles): Promise<WriteTarget> {
  const name = files.nameOf(path);
  await refuseMissingFolder(files.folderOf(path), files);
  if (await files.exists(path)) throw new SessionRefused('exists', `${path} exists already.`, 'Nothing is overwritten; name another file.');
  return { kind: 'copy', path, sessionId: isSessionId(name) ? name : crypto.randomUUID() };
}

async function refuseMissingFolder(folder: string, files: Pick<RepairedFiles, 'isFolder'>): Promise<void> {
  if (await files.isFolder(folder)) return;
  throw new SessionRefused('no-folder', `There is no directory ${folder}.`, 'Create it, or name another one.');
}

/**
 * Writes a copy of the session with all that is laid over it. Its bytes are loaded by every model before it gets its name.
 * @param acceptLoss write it also when a resume of it loads less than one of the session: the user was asked
 * @param extra repairs besides
 * @throws SessionRefused `loses`; CopyError; nothing is left behind
 */
export async function writeCopy(
  source: string,
  session: CopiedSession,
  { path, sessionId }: Pick<WriteTarget, 'path' | 'sessionId'>,
  files: Pick<RepairedFiles, 'writeCopy'>,
  acceptLoss: boolean,
  extra: readonly RepairAction[] = [],
): Promise<Written> {
  // Asked for together: between two answers the session may change.
  const [transcript, patch, result] = await Promise.all([
    session.sync.fingerprint(),
    session.copies.patch(sessionId, extra),
    session.copies.expectation(sessionId, extra),
  ]);
  const checked = new LoadCheck(session, acceptLoss, extra);
  await files.writeCopy(source, path, patch, { transcript, result, check: (part) => checked.run(part) });
  return { path, sessionId, loads: checked.loads, check: checked.result, backup: null };
}

/**
 * Repairs the session's own file by all that is laid over it, and keeps the file as it was.
 * @returns null when the file needs no change
 * @throws CopyError; the file is as it was
 */
async function repairInPlace(
  source: string,
  session: CopiedSession,
  sessionId: string,
  files: Pick<RepairedFiles, 'patchInPlace'>,
  acceptLoss: boolean,
): Promise<Written | null> {
  const [transcript, patch, result] = await Promise.all([
    session.sync.fingerprint(),
    session.copies.inPlacePatch(),
    session.copies.expectation(null),
  ]);
  if (patch.edits.length === 0) return null;
  const checked = new LoadCheck(session, acceptLoss, []);
  const backup = await files.patchInPlace(source, sessionId, patch, { transcript, result, check: (part) => checked.run(part) });
  return { path: source, sessionId, loads: checked.loads, check: checked.result, backup };
}

/** Loads what was written by every model, and refuses what loses something. */
class LoadCheck {
  result: CopyCheck = [];
  private readonly session: Pick<SessionModel, 'copies'>;
  private readonly acceptLoss: boolean;
  private readonly extra: readonly RepairAction[];

  constructor(session: Pick<SessionModel, 'copies'>, acceptLoss: boolean, extra: readonly RepairAction[]) {
    this.session = session;
    this.acceptLoss = acceptLoss;
    this.extra = extra;
  }

  /** Messages that the primary loader loads. */
  get loads(): number {
    return this.result[0]?.loads ?? 0;
  }

  /** @throws SessionRefused `loses` */
  async run(path: string): Promise<void> {
    this.result = await this.session.copies.check(path, this.extra);
    const losses = lossesOf(this.result);
    if (losses.length > 0 && !this.acceptLoss) {
      throw new SessionRefused('loses', losses.join(' '), 'Preview the repairs, or accept the loss: --accept-loss writes it all the same.');
    }
  }
}

/**
 * Writes the session with all that is laid over it, as a copy or in place.
 * @param acceptLoss write it also when a resume of it loads less than one of the session: the user was asked
 * @returns null when the file itself needs no change
 * @throws SessionRefused `loses`; CopyError
 */
export async function writeRepairedFile(
  source: string,
  session: CopiedSession,
  target: WriteTarget,
  files: RepairedFiles,
  acceptLoss: boolean,
): Promise<Written | null> {
  if (target.kind === 'copy') return writeCopy(source, session, target, files, acceptLoss);
  return repairInPlace(source, session, target.sessionId, files, acceptLoss);
}
