import type { ConversationGraph } from '../graph/conversation-graph.ts';
import type { Loaders } from '../loaders/loader.ts';
import { marksOf, type ResumeChain } from '../loaders/resume-chain.ts';
import type { ToolPairs } from '../graph/tool-pairs.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import { findBranchProblems } from './branches/branch-findings.ts';
import { findCompactionProblems } from './compaction-findings.ts';
import { findContentProblems } from './content-findings.ts';
import { bySeverity, type Diagnosis } from './finding.ts';
import { findRepeatedMessages, findRepeatedUuids } from './identity.ts';
import { findLineProblems } from './line-findings.ts';
import { findBrokenLinks } from './orphans/orphan-findings.ts';
import type { Elsewhere } from './orphans/orphans.ts';
import { findUnsentPrompts } from './unsent-prompts.ts';
import { findRefusals } from './refusals/refusal-findings.ts';
import { findRetriesUnderAgents } from './branches/retry-findings.ts';
import { hasNoMessage, stub } from './stub.ts';
import { findToolProblems } from './tool-findings.ts';

/** What the detectors look at. */
export interface Examined {
  /** With the repairs in force. */
  readonly graph: ConversationGraph;
  /** With what is sure to be right of restores, splits, replays and links besides, and what each loader loads of that, the primary one first. */
  readonly sure: ConversationGraph;
  readonly sureChains: readonly ResumeChain[];
  /** With all that restores, splits and links besides. */
  readonly mended: ConversationGraph;
  /** What a resume of that loads: an orphan on it cuts the session in two, a call beside it is never sent. */
  readonly mendedChain: ResumeChain;
  /** What each loader loads of it, the primary one first. */
  readonly mendedChains: readonly ResumeChain[];
  readonly pairs: ToolPairs;
  readonly elsewhere: Elsewhere;
  /** Whose chains these are. */
  readonly loaders: Loaders;
}

/** All findings of a transcript, most severe first, then by line. */
export function diagnose(examined: Examined): Diagnosis[] {
  const { graph, sure, sureChains, mended, mendedChain, mendedChains, pairs, elsewhere, loaders } = examined;
  if (isNoSession(graph.index)) return [{ finding: notASession(graph.index), actions: [] }];
  if (hasNoMessage(graph.index)) return [{ finding: stub(graph.index), actions: [] }];
  const onMendedChain = marksOf(mendedChain, graph.index.count);
  const diagnoses = [
    ...findBrokenLinks(graph, elsewhere, onMendedChain),
    ...findLineProblems(graph, onMendedChain),
    ...findRepeatedUuids(graph, onMendedChain),
    ...findRepeatedMessages(graph),
    ...findToolProblems(mended, mendedChain),
    ...findUnsentPrompts(mended, mendedChain),
    ...findRetriesUnderAgents(sure, pairs),
    ...findContentProblems(mended, mendedChains, loaders),
    ...findRefusals(mended, mendedChains, loaders),
    ...findBranchProblems(sure, pairs, sureChains),
    ...findCompactionProblems(mended, pairs, mendedChains),
  ];
  return diagnoses.sort(bySeverity);
}

/** Whether nothing in the transcript looks like a record of a session. */
export function isNoSession(index: TranscriptIndex): boolean {
  if (index.bytes === 0) return true;
  for (let i = 0; i < index.count; i++) {
    if (index.columns.type[i]! >= 0 && (index.columns.uuid[i]! >= 0 || index.columns.session[i]! >= 0)) return false;
  }
  return index.problems.every((problem) => problem.kind !== 'torn');
}

function notASession(index: TranscriptIndex): Diagnosis['finding'] {
  const message =
    index.bytes === 0
      ? 'The file is empty.'
      : index.count === 0 || index.problems.length > index.count
        ? 'This is not a session: no line of it is a JSON record.'
        : 'This is not a session: its lines are JSON, but none is a record of a conversation.';
  return {
    id: 'not-a-session:1',
    code: 'not-a-session',
    severity: 'error',
    line: 1,
    uuid: null,
    parentUuid: null,
    message,
    repairable: false,
  };
}
