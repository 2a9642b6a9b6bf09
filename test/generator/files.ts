import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Emission, GeneratedFile } from './types.ts';

/** Writes files into a folder, as the client lays them out. */
export async function writeFiles(folder: string, files: readonly GeneratedFile[]): Promise<void> {
  for (const { path, bytes } of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
  }
}

/** Bytes that are gathered before they are written. */
const CHUNK = 1 << 20;

/**
 * Writes a stream of lines into a folder without keeping them, for sessions of any size.
 * @returns what the stream returned, and how many bytes were written
 */
export async function writeStream<R>(
  folder: string,
  stream: Generator<Emission, R>,
): Promise<{ readonly result: R; readonly bytes: number }> {
  const open = new Map<string, LineFile>();
  const begun = new Set<string>();
  let bytes = 0;
  for (;;) {
    const step = stream.next();
    if (step.done === true) {
      for (const file of open.values()) bytes += await file.close();
      return { result: step.value, bytes };
    }
    const { file: path, line } = step.value;
    let file = open.get(path);
    if (file === undefined) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      file = openLineFile(join(folder, path), begun.has(path) ? 'a' : 'w');
      begun.add(path);
      open.set(path, file);
    }
    const full = file.add(line);
    if (full !== null) await full;
    // Agent files come and go; only the main file is written for long.
    if (open.size > 60) bytes += await closeOldest(open);
  }
}

interface LineFile {
  /** Takes a line; returns a promise when it has to be waited for. */
  add(line: string): Promise<unknown> | null;
  /** @returns bytes written */
  close(): Promise<number>;
}

/** @param flags 'a' for a file that was closed early and goes on */
function openLineFile(path: string, flags: 'w' | 'a'): LineFile {
  const stream = createWriteStream(path, { flags });
  let gathered: string[] = [];
  let size = 0;
  let bytes = 0;
  const flush = (): Promise<unknown> | null => {
    const chunk = Buffer.from(gathered.join(''));
    gathered = [];
    size = 0;
    bytes += chunk.length;
    return stream.write(chunk) ? null : once(stream, 'drain');
  };
  return {
    add: (line) => {
      gathered.push(line, '\n');
      size += line.length + 1;
      return size >= CHUNK ? flush() : null;
    },
    close: async () => {
      const waiting = flush();
      if (waiting !== null) await waiting;
      stream.end();
      await finished(stream);
      return bytes;
    },
  };
}

async function closeOldest(open: Map<string, LineFile>): Promise<number> {
  let skipped = false;
  for (const [path, file] of open) {
    if (!skipped) {
      skipped = true;
      continue;
    }
    open.delete(path);
    return await file.close();
  }
  return 0;
}
