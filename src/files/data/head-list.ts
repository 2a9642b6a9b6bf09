import { writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import type { KeptHead } from '../../core/log/verify/heads.ts';
import { readText } from '../regular-file.ts';

const HeadSchema = v.object({
  session_id: v.pipe(v.string(), v.minLength(1)),
  seq: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  digest: v.pipe(v.string(), v.regex(/^([0-9a-f]{64})?$/, 'Expected a SHA-256')),
  written_at: v.optional(v.string(), ''),
});
const ListSchema = v.object({ riff: v.literal(1), heads: v.array(HeadSchema) });

/**
 * Reads a file with the heads of several logs, which users commit or keep where nobody can change it.
 * @throws Error with a message for the user when it is not such a file
 */
export async function readHeadList(path: string): Promise<KeptHead[]> {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), v.union([ListSchema, HeadSchema])), await readText(path));
  if (!parsed.success) throw new Error('it is no list of heads.');
  return 'heads' in parsed.output ? parsed.output.heads : [parsed.output];
}

/** Writes heads, sorted by session, so that a commit shows what changed. */
export async function writeHeadList(path: string, heads: readonly KeptHead[]): Promise<void> {
  const sorted = [...heads].sort((a, b) => (a.session_id < b.session_id ? -1 : 1));
  await writeFile(path, `${JSON.stringify({ riff: 1, heads: sorted }, null, 2)}\n`);
}
