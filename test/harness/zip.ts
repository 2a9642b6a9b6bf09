/** What a zip file holds, read from its central directory. */
import { readFile } from 'node:fs/promises';

export interface ZipEntry {
  readonly name: string;
  /** Bytes, uncompressed. */
  readonly size: number;
}

const END = 0x06054b50;
const ENTRY = 0x02014b50;

/** Lists the files of a zip archive. Throws when it is none. */
export async function listZip(file: string): Promise<ZipEntry[]> {
  const bytes = await readFile(file);
  let end = bytes.length - 22;
  while (end >= 0 && bytes.readUInt32LE(end) !== END) end -= 1;
  if (end < 0) throw new Error(`${file} is not a zip archive`);
  const entries: ZipEntry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (bytes.readUInt32LE(at) !== ENTRY) throw new Error(`${file}: broken central directory at byte ${at}`);
    const nameLength = bytes.readUInt16LE(at + 28);
    entries.push({ name: bytes.toString('utf8', at + 46, at + 46 + nameLength), size: bytes.readUInt32LE(at + 24) });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}
