import { appendFileSync, renameSync, statSync } from 'node:fs';

const MAX_BYTES = 256 * 1024;

/**
 * A log of bounded size: when it is full it is renamed to `<path>.1`, replacing the older one. Lines are written synchronously,
 * because the last line before a crash matters most and there are few.
 * @returns a function that writes one line, with time and process id in front
 */
export function openLogFile(path: string): (line: string) => void {
  return (line) => {
    const text = `${new Date().toISOString()} [${process.pid}] ${line.replaceAll(/[\r\n]+/g, ' | ').slice(0, 2000)}\n`;
    try {
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAX_BYTES) renameSync(path, `${path}.1`);
      appendFileSync(path, text, { mode: 0o600 });
    } catch {
      // A full disk must not end the service, and there is nowhere left to report it.
    }
  };
}
