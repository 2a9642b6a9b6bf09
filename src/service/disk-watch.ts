/**
 * The engine stops writing for good when its disk was full once. It goes on reading, so the service stays while there is no room,
 * and ends when there is: the next call starts a new one, which writes.
 */
import { statfs } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import * as v from 'valibot';
import { diskProblemIn } from '../store/connection/errors.ts';

const LOOK_MS = 1_000;
/** What the engine needs to begin with. */
const ROOM_BYTES = 8 * 1024 * 1024;
/** Answers that are refusals are short. */
const SHORT_BYTES = 16 * 1024;

const AnswerSchema = v.object({ result: v.array(v.object({ status: v.string(), result: v.unknown() })) });

/**
 * Whether an answer says that the engine could not write.
 * @param answer a response frame
 */
export function saysDiskProblem(answer: Uint8Array, decode: (bytes: Uint8Array) => unknown): boolean {
  // Text of a log may say anything; a refusal is told from it by its place.
  if (answer.length > SHORT_BYTES || diskProblemIn(Buffer.from(answer).toString('latin1')) === null) return false;
  const parsed = v.safeParse(AnswerSchema, decode(answer));
  if (!parsed.success) return false;
  return parsed.output.result.some(({ status, result }) => status !== 'OK' && diskProblemIn(String(result)) !== null);
}

/** Resolves when the disk of this path has room again. */
export async function roomAgain(path: string): Promise<void> {
  for (;;) {
    await delay(LOOK_MS, undefined, { ref: false });
    const disk = await statfs(path).catch(() => null);
    if (disk !== null && disk.bavail * disk.bsize > ROOM_BYTES) return;
  }
}
