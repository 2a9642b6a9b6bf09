import type { FileHandle } from 'node:fs/promises';
import type { ByteSource } from '../core/transcript/source.ts';
import { answered, openRegular, READ_LIMITS, type ReadLimits } from './regular-file.ts';

/**
 * A file as a byte source. Consecutive reads share a handle, which is closed when no further read follows, so that others may move
 * the file. Rejects for all that is no regular file, see `openRegular`.
 */
export class FileSource implements ByteSource {
  readonly name: string;
  private handle: Promise<FileHandle> | null = null;
  private users = 0;
  private readonly limits: ReadLimits;

  /** @param path absolute path */
  constructor(path: string, limits: ReadLimits = READ_LIMITS) {
    this.name = path;
    this.limits = limits;
  }

  async size(): Promise<number> {
    return this.withFile(async (file) => (await answered(file.stat(), this.limits.open)).size);
  }

  async read(start: number, end: number, into?: Uint8Array): Promise<Uint8Array> {
    return this.withFile(async (file) => {
      const length = Math.max(0, end - start);
      const buffer = into !== undefined && into.length >= length ? into.subarray(0, length) : uncleared(length);
      let done = 0;
      while (done < buffer.length) {
        const { bytesRead } = await answered(file.read(buffer, done, buffer.length - done, start + done), this.limits.read);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return buffer.subarray(0, done);
    });
  }

  private async withFile<T>(use: (file: FileHandle) => Promise<T>): Promise<T> {
    const handle = (this.handle ??= openRegular(this.name, this.limits));
    this.users++;
    try {
      return await use(await handle);
    } finally {
      this.users--;
      // The caller that waits for this read first gets the chance to ask for the next one.
      setImmediate(() => this.closeIdle(handle));
    }
  }

  private closeIdle(handle: Promise<FileHandle>): void {
    if (this.users > 0 || this.handle !== handle) return;
    this.handle = null;
    // Nothing was written, so a failed close loses nothing, and a file that could not be opened needs no close.
    handle.then((file) => file.close()).catch(() => undefined);
  }
}

/** Only the part that was read is returned. Not a `Buffer`, because its `slice` does not copy, and callers keep parts. */
function uncleared(length: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}
