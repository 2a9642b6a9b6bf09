import { basename } from 'node:path';
import type { FileLayout } from '../core/formats/format.ts';
import { LAYOUTS } from '../core/formats/layouts.ts';

/** How the agent of a file names its files: the one in whose directory the file lies, by default the first of the list. */
export function layoutOf(path: string): FileLayout {
  const folders = new Set(path.split(/[/\\]/));
  return LAYOUTS.find(({ directory }) => folders.has(directory.home)) ?? LAYOUTS[0];
}

/** Whether a file is named as transcripts are. @param path or name */
export function isTranscript(path: string, layout: FileLayout): boolean {
  return path.endsWith(layout.ending);
}

/** Whether a file is a subagent's transcript rather than a session. @param layout of its agent, if that is known */
export function isAgentFile(path: string, layout: FileLayout = layoutOf(path)): boolean {
  return basename(path).startsWith(layout.agentStart);
}

/** What is added to names of transcripts that are put aside. */
const PUT_ASIDE = /\.(bak|backup|old|orig|save|conflict[^/]*|sync-conflict[^/]*)\d*$|~$/i;

/** The name that a transcript had before it was put aside as a backup or by a conflict of a sync; other names as they are. */
export function beforePutAside(name: string): string {
  return name.replace(PUT_ASIDE, '');
}
