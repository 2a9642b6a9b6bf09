import type { Finding } from '../../core/findings/finding.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ResumeEffect } from '../../core/loaders/resume-figures.ts';
import type { RepairAction } from '../../core/graph/repairs.ts';
import type { SessionModel } from '../../core/session/model.ts';
import { refuseCopy, SessionRefused } from './refusal.ts';
import type { RepairedFiles } from './files.ts';
import { writeCopy, type CopiedSession, type Written } from './write-repaired-file.ts';

/** The end of one of two branches. */
export interface BranchTip {
  readonly action: RepairAction;
  readonly uuid: string;
  /** 1-based; null where the record is not in the file. */
  readonly line: number | null;
  /** Messages that a resume loads when the session continues from here. */
  readonly effect: ResumeEffect;
}

/** Two branches that grew at the same time: the one that a resume loads, then the one that it does not. */
export type BranchPair = readonly [loaded: BranchTip, left: BranchTip];

/** A session as the look at its branches asks for it. */
export type BranchedSession = Pick<SessionModel, 'judgement' | 'trials' | 'records'>;

/** The two branches of a finding, each as it would be loaded; null when it is not about branches, or gone. */
export async function branchesOf(session: BranchedSession, finding: Pick<Finding, 'id'>): Promise<BranchPair | null> {
  const suggestions = await session.judgement.suggestions(finding.id);
  const left = suggestions.map(({ action }) => action).find((action) => action.kind === 'choose-leaf');
  if (left === undefined) return null;
  const [{ resume }, chains] = await Promise.all([session.judgement.summary(), session.judgement.loadedChains()]);
  const { now, repaired } = chains.get(resume.loader.id) ?? { now: [], repaired: [] };
  // Once repaired the session may go on from the end that is not loaded now.
  const loaded = [repaired.at(-1), now.at(-1)].find((uuid) => uuid !== undefined && uuid !== left.uuid);
  if (loaded === undefined) return null;
  return [await tipAt(session, loaded), await tipAt(session, left.uuid)];
}

async function tipAt(session: BranchedSession, uuid: string): Promise<BranchTip> {
  const action = { kind: 'choose-leaf', uuid } as const;
  const [effect, record] = await Promise.all([session.trials.simulate([action]), session.records.detail(uuid)]);
  return { action, uuid, line: record?.line ?? null, effect };
}

/** What is said where there are no branches to choose between any more. */
export const BRANCHES_GONE = {
  message: 'These branches are no longer there: the session has changed.',
  remedy: 'Look at the finding again.',
} as const;

export interface SplitPorts {
  readonly session: BranchedSession & CopiedSession & Pick<SessionModel, 'judgement'>;
  readonly files: Pick<RepairedFiles, 'isAgentFile' | 'folderOf' | 'fileIn' | 'writeCopy'>;
  /** Reads the session's log. Rejects with StoreError: what cannot be noted is not written. */
  readLog(): Promise<void>;
  /** Writes a note to the log. @returns whether it is there */
  note(payload: JsonObject): Promise<boolean>;
}

/** Two sessions, one for each branch. */
export interface SplitOutcome {
  readonly written: readonly Written[];
  /** Whether the log says so. */
  readonly isNoted: boolean;
}

/** One of two copies was written, the other was not. */
export class SplitInHalf extends Error {
  readonly written: Written;

  constructor(written: Written, cause: unknown) {
    super(`One of the two was written (${written.sessionId}), the other was not.`, { cause });
    this.name = 'SplitInHalf';
    this.written = written;
  }
}

/**
 * Writes a session for each of two branches beside the session's file, and notes it in the log.
 * @param source absolute path of the session's file
 * @param pair as the user saw it
 * @throws SessionRefused `agent-file`, or `changed` when the branches are others by now; CopyError; SplitInHalf; StoreError
 */
export async function splitBranches(source: string, finding: Finding, pair: BranchPair, ports: SplitPorts): Promise<SplitOutcome> {
  const { session, files } = ports;
  await refuseCopy(source, session, files);
  await ports.readLog();
  const now = await branchesOf(session, finding);
  if (now === null || !isSamePair(pair, now)) throw new SessionRefused('changed', BRANCHES_GONE.message, BRANCHES_GONE.remedy);
  const written: Written[] = [];
  for (const { action } of pair) {
    const sessionId = crypto.randomUUID();
    const target = { path: files.fileIn(files.folderOf(source), sessionId), sessionId };
    try {
      written.push(await writeCopy(source, session, target, files, true, [action]));
    } catch (cause) {
      const [first] = written;
      throw first === undefined ? cause : new SplitInHalf(first, cause);
    }
  }
  const split = written.map(({ sessionId, loads }, i) => ({ session_id: sessionId, leaf: pair[i]?.uuid ?? null, loads }));
  const isNoted = await ports.note({ split_into: split, finding: finding.code, about: finding.uuid, line: finding.line });
  return { written, isNoted };
}

function isSamePair(seen: BranchPair, now: BranchPair): boolean {
  return seen.every(({ uuid, effect }, i) => uuid === now[i]?.uuid && effect.after === now[i].effect.after);
}
