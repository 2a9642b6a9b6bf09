import { appendFileSync, renameSync, statSync } from 'node:fs';

const MAX_BYTES = 256 * 1024;

/**
 * A log of bounded size: when it is full it becomes `<path>.1`, and that is dropped. Written synchronously: the last line
 * before a crash is the one that counts, and there are few.
 * @returns writes one line, with the time and the process before it
 */
export function openLogFile(path: string): (line: string) => void {
  return (line) => {
    const text = `${new Date().toISOString()} [${process.pid}] ${line.replaceAll(/[\r\n]+/g, ' | ').slice(0, 2000)}\n`;
    try {
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAX_BYTES) renameSync(path, `${path}.1`);
      appendFileSync(path, text, { mode: 0o600 });
    } catch {
      // A full disk must not end the service; there is nowhere left to say so.
    }
  };
}
