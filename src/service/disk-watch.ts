/**
 * Once its disk was full, the engine never writes again, though it still reads. So the service keeps running while the disk is full
 * and ends when there is room: the next call starts a new one, which can write.
 */
import { statfs } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import * as v from 'valibot';
import { diskProblemIn } from '../store/connection/errors.ts';

const LOOK_MS = 1_000;
/** Free space that the engine needs at its start. */
const ROOM_BYTES = 8 * 1024 * 1024;
/** Refusals are short answers. */
const SHORT_BYTES = 16 * 1024;

const AnswerSchema = v.object({ result: v.array(v.object({ status: v.string(), result: v.unknown() })) });

/**
 * Whether an answer says that the engine could not write.
 * @param answer a response frame
 */
export function saysDiskProblem(answer: Uint8Array, decode: (bytes: Uint8Array) => unknown): boolean {
  // The text of a log may contain anything; a refusal is recognised by its place in the answer.
  if (answer.length > SHORT_BYTES || diskProblemIn(Buffer.from(answer).toString('latin1')) === null) return false;
  const parsed = v.safeParse(AnswerSchema, decode(answer));
  if (!parsed.success) return false;
  return parsed.output.result.some(({ status, result }) => status !== 'OK' && diskProblemIn(String(result)) !== null);
}

/** Resolves when the disk of this path has free space again. */
export async function roomAgain(path: string): Promise<void> {
  for (;;) {
    await delay(LOOK_MS, undefined, { ref: false });
    const disk = await statfs(path).catch(() => null);
    if (disk !== null && disk.bavail * disk.bsize > ROOM_BYTES) return;
  }
}
