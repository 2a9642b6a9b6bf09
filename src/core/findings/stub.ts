import { isMessage } from '../transcript/record-kinds.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import type { Finding } from './finding.ts';
import { quoted } from './quoted.ts';

/** Whether a session has no message, read or lost on a damaged line: no client finds anything to resume. */
export function hasNoMessage(index: TranscriptIndex): boolean {
  if (index.problems.length > 0) return false;
  const { kind } = index.columns;
  for (let i = 0; i < index.count; i++) if (isMessage(kind[i]!)) return false;
  return true;
}

const MOST_QUOTED = 5;

/** What is left of such a session. */
export function stub({ pins, queue, lastPrompt, columns }: TranscriptIndex): Finding {
  const typed = queue.filter(({ isTyped }) => isTyped);
  const isGone = pins.length > 0 || queue.length > 0 || lastPrompt !== null;
  const left = [
    ...(lastPrompt === null ? [] : [`Your last prompt: “${quoted(lastPrompt)}”.`]),
    ...(typed.length === 0 ? [] : [`Queued while the agent was busy: ${typed.slice(0, MOST_QUOTED).map(wordsOf).join(', ')}.`]),
  ];
  const message = isGone
    ? `The conversation of this session is gone: the file holds titles, modes and notes, and not one message. No client can resume it, and no copy would load anything. ` +
      `${left.join(' ')} What its subagents did stands in their own files, if there are any (the folder named like the session); look for the talk in a backup or a copy of the file.`
    : 'This session has no message: it was opened, and nothing was said. There is nothing to resume.';
  return {
    id: 'session-stub:1',
    code: 'session-stub',
    severity: isGone ? 'error' : 'info',
    line: columns.line[0] ?? 1,
    uuid: null,
    parentUuid: null,
    message,
    repairable: false,
  };
}

function wordsOf({ text }: { readonly text: string | null }): string {
  return `“${quoted(text ?? '')}”`;
}
