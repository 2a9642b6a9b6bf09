import { open, type FileHandle } from 'node:fs/promises';
import type { ByteSource } from '../core/transcript/source.ts';

/** A file as a byte source. The handle is opened for each batch of reads and closed, so that others may move the file. */
export class FileSource implements ByteSource {
  readonly name: string;

  /** @param path absolute path */
  constructor(path: string) {
    this.name = path;
  }

  async size(): Promise<number> {
    return this.withFile(async (file) => (await file.stat()).size);
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    return this.withFile(async (file) => {
      // Not cleared first: only the part that was read is handed out.
      const buffer = Buffer.allocUnsafeSlow(Math.max(0, end - start));
      let done = 0;
      while (done < buffer.length) {
        const { bytesRead } = await file.read(buffer, done, buffer.length - done, start + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return buffer.subarray(0, done);
    });
  }

  private async withFile<T>(use: (file: FileHandle) => Promise<T>): Promise<T> {
    const file = await open(this.name, 'r');
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  }
}
