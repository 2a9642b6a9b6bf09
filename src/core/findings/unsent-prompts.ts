import { counted } from '../count-text.ts';
import type { ConversationGraph } from '../graph/conversation-graph.ts';
import type { RepairAction } from '../graph/repairs.ts';
import { isPrompt } from '../graph/tool-pairs.ts';
import type { ResumeChain } from '../loaders/resume-chain.ts';
import type { PlacedQueueNote } from '../transcript/notes/queue.ts';
import { contentPrint } from '../transcript/reader/content-print.ts';
import { FLAG, KIND } from '../transcript/record-kinds.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import type { Diagnosis, ScoredAction } from './finding.ts';
import { madeUuid } from './made-uuid.ts';
import { quoted } from './quoted.ts';
import { recordDiagnosis } from './record-finding.ts';
import { continues } from './synthesised-result.ts';

/** How a prompt that waited was lost. */
type Loss = 'empty' | 'absorbed' | 'waiting';

/** Prompts that were lost at one place. */
interface Unsent {
  readonly loss: Loss;
  /** The record that they belong under. */
  readonly place: number;
  readonly notes: readonly PlacedQueueNote[];
}

/** Prompts that were typed while the agent was busy and that no message holds. @param chain what a resume loads */
export function findUnsentPrompts(graph: ConversationGraph, chain: ResumeChain): Diagnosis[] {
  const { index } = graph;
  if (!index.queue.some(({ isTyped }) => isTyped)) return [];
  const said = lastSaid(index);
  return lossesOf(graph, chain.leaf).flatMap(({ loss, place, notes }) => {
    const unsent = notes.filter(
      ({ isTyped, text, record }) => isTyped && !printsOf(text ?? '').some((print) => (said.get(print) ?? -1) > record),
    );
    return unsent.length === 0 || place < 0 ? [] : [diagnosis(graph, { loss, place, notes: unsent })];
  });
}

/** Whether a prompt waits at the end of the session, or was taken since the last one: what comes next says what becomes of it. */
export function hasWaiting(index: TranscriptIndex): boolean {
  const last = index.queue.at(-1);
  if (last === undefined) return false;
  const waiting = index.queue.reduce((sum, { step }) => (step === 'put' ? sum + 1 : step === 'returned' ? 0 : Math.max(0, sum - 1)), 0);
  if (waiting > 0) return true;
  for (let i = index.fileCount - 1; i > last.record; i--) if (isPrompt(index, i)) return false;
  return true;
}

/** Follows the prompts that wait through the file, in one pass. @param leaf the record that a resume continues from */
function lossesOf(graph: ConversationGraph, leaf: number): Unsent[] {
  const { index } = graph;
  const { kind } = index.columns;
  const losses: Unsent[] = [];
  const queue = new Queue();
  let next = 0;
  let main = -1;
  let attached = 0;
  for (let i = 0; i < index.fileCount; i++) {
    const note = index.queue[next];
    if (note?.record === i) {
      queue.take(note, main, attached);
      next++;
    }
    if (kind[i] === KIND.meta || !graph.isMain(i)) continue;
    if (index.isFlagged(i, FLAG.queuedPrompt)) attached++;
    if (kind[i] === KIND.user && !index.isFlagged(i, FLAG.toolResult)) {
      if (index.isFlagged(i, FLAG.emptyContent) && queue.taken.length > 0) losses.push({ loss: 'empty', place: i, notes: queue.taken });
      losses.push(...queue.settle(attached));
    }
    main = i;
  }
  if (queue.waiting.length > 0) losses.push({ loss: 'waiting', place: leaf, notes: queue.waiting.map(({ note }) => note) });
  return losses;
}

interface Waiting {
  readonly note: PlacedQueueNote;
  /** Prompts that were put into running turns before. */
  readonly attached: number;
}

/** The prompts that wait, and those that were taken and are to be said next. */
class Queue {
  waiting: Waiting[] = [];
  taken: PlacedQueueNote[] = [];
  private absorbed: (Waiting & { readonly place: number })[] = [];

  take(note: PlacedQueueNote, place: number, attached: number): void {
    if (note.step === 'put') this.waiting.push({ note, attached });
    else if (note.step === 'returned') this.waiting = [];
    else {
      const named = note.text === null ? 0 : this.waiting.findIndex((one) => one.note.text === note.text);
      const [one] = this.waiting.splice(Math.max(0, named), 1);
      if (one === undefined) return;
      if (note.step === 'taken') this.taken.push(one.note);
      else this.absorbed.push({ ...one, place });
    }
  }

  /** The person or the client spoke: what was taken is said, and what was put into the turn before stands in it, or nowhere. */
  settle(attached: number): Unsent[] {
    const lost = this.absorbed.filter((one) => one.attached === attached);
    this.taken = [];
    this.absorbed = [];
    return lost.map(({ place, note }) => ({ loss: 'absorbed', place, notes: [note] }));
  }
}

/** Per print of what users say: the last record that says it. */
function lastSaid({ columns, count }: TranscriptIndex): Map<number, number> {
  const said = new Map<number, number>();
  for (let i = 0; i < count; i++) if (columns.kind[i] === KIND.user) said.set(columns.print[i]!, i);
  return said;
}

/** Prints of a message that says a text, as clients write one. */
function printsOf(text: string): number[] {
  return [text, [{ type: 'text', text }]].map((content) => {
    const bytes = new TextEncoder().encode(JSON.stringify(content));
    return contentPrint(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length);
  });
}

function diagnosis(graph: ConversationGraph, unsent: Unsent): Diagnosis {
  const { index } = graph;
  const { loss, place, notes } = unsent;
  const prompts = notes.length === 1 ? 'A prompt that you typed' : `${counted(notes.length, 'prompt')} that you typed`;
  const words = notes.slice(0, MOST_QUOTED).map(({ text, record }) => `“${quoted(text ?? '')}” (line ${index.columns.line[record]!})`);
  const more = notes.length > MOST_QUOTED ? ` and ${notes.length - MOST_QUOTED} more` : '';
  const message = `${prompts} while the agent was busy ${notes.length === 1 ? 'was' : 'were'} never sent: ${words.join(', ')}${more}. ${WHY[loss]}`;
  const severity = loss === 'empty' ? 'warning' : 'info';
  return recordDiagnosis(index, place, { code: 'prompt-never-sent', severity, message }, putBack(graph, unsent));
}

/** The prompts as messages under their place; what was said after it continues them. */
function putBack(graph: ConversationGraph, { loss, place, notes }: Unsent): ScoredAction[] {
  const { index } = graph;
  // Between a call and its result nothing can stand, and the parts of an answer are not parted.
  const isAnswer = index.columns.kind[place] === KIND.assistant;
  if (isAnswer && (loss === 'absorbed' || index.isFlagged(place, FLAG.toolUse))) return [];
  const anchor = index.uuidText(place);
  const adopts = Array.from(graph.childrenOf(place))
    .filter((child) => loss !== 'waiting' && continues(graph, place, child))
    .map((child) => index.uuidText(child));
  let parent = anchor;
  const inserted = notes.map((note) => {
    const made = prompt(index, note, place, parent);
    parent = made.uuid;
    return { uuid: made.uuid, after: anchor, record: made.record, adopts };
  });
  const action: RepairAction = {
    kind: 'restore',
    uuid: inserted[0]!.uuid,
    inserted,
    file: 'this file',
    line: index.columns.line[notes[0]!.record]!,
  };
  const reasons = [
    'The words stand in the client’s notes; they become messages of yours at the place where they were due.',
    loss === 'waiting' ? 'They may be out of date: nothing was said since.' : 'The answers after them were given without knowing them.',
  ];
  return [{ action, score: 0.6, confidence: 'medium', reasons }];
}

function prompt(
  index: TranscriptIndex,
  { record, text }: PlacedQueueNote,
  place: number,
  parent: string,
): { uuid: string; record: string } {
  const { columns, names, version } = index;
  const uuid = madeUuid(`${index.uuidText(place)} queued ${columns.line[record]!} ${text ?? ''}`);
  const said = index.format.changes.prompt({
    uuid,
    parent,
    session: columns.session[place]! < 0 ? null : names.text(columns.session[place]!),
    version: version < 0 ? null : names.text(version),
    time: columns.time[place]! + 1,
    text: text ?? '',
  });
  return { uuid, record: JSON.stringify(said) };
}

const MOST_QUOTED = 3;

const WHY: Readonly<Record<Loss, string>> = {
  empty: 'An empty message stands where it was due, and a resume does not load the words.',
  absorbed: 'The client noted that it went into the turn that was running, but no message holds it.',
  waiting: 'It still waited when the session ended; a resume does not load it.',
};
