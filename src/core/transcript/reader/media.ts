import { FAULT, type Fault } from '../notes/remarks.ts';

/** What the data of a picture or document says of itself. */
export interface MediaFacts {
  /** The larger of its sides; 0 where it does not say. */
  readonly pixels: number;
  readonly fault: Fault;
}

/** So much of a file's beginning is looked at for its size: a JPEG may carry pictures of its own before it. */
const HEAD = 128 * 1024;
const END = 4096;
/** Characters that are no data; looked for in the beginning alone. */
const PLAIN = 256;
const KNOWN = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

/**
 * Looks at the first and last bytes of a picture.
 * @param data of base64 characters
 * @param type that it is said to have; null for none
 */
export function pictureFacts(data: Uint8Array, type: string | null): MediaFacts {
  if (data.length === 0) return facts(FAULT.empty);
  if (!isBase64(data)) return facts(FAULT.notBase64);
  const head = decoded(data.subarray(0, HEAD));
  const found = headerOf(head);
  if (found === null) return facts(type !== null && !KNOWN.includes(type) ? FAULT.unknownFormat : FAULT.unreadable);
  const { format, pixels } = found;
  if (type !== null && !KNOWN.includes(type)) return { pixels, fault: FAULT.unknownFormat };
  if (!endsLike(format, data)) return { pixels, fault: FAULT.cut };
  return { pixels, fault: type !== null && type !== format ? FAULT.otherFormat : FAULT.none };
}

/** Looks at the first and last bytes of a document; only PDFs are looked at. */
export function documentFacts(data: Uint8Array, type: string | null): MediaFacts {
  if (type !== 'application/pdf') return facts(FAULT.none);
  if (data.length === 0) return facts(FAULT.empty);
  if (!isBase64(data)) return facts(FAULT.notBase64);
  const head = latin(decoded(data.subarray(0, END)));
  if (!head.includes('%PDF-')) return facts(FAULT.unreadable);
  return facts(head.includes('/Encrypt') || latin(endOf(data)).includes('/Encrypt') ? FAULT.locked : FAULT.none);
}

function facts(fault: Fault): MediaFacts {
  return { pixels: 0, fault };
}

interface Header {
  readonly format: string;
  readonly pixels: number;
}

function headerOf(head: Uint8Array): Header | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const start = latin(head.subarray(0, 16));
  if (start.startsWith('\x89PNG\r\n\x1a\n')) {
    return { format: 'image/png', pixels: head.length < 24 ? 0 : Math.max(view.getUint32(16), view.getUint32(20)) };
  }
  if (start.startsWith('\xff\xd8\xff')) return { format: 'image/jpeg', pixels: jpegPixels(view) };
  if (/^GIF8[79]a/.test(start)) {
    return { format: 'image/gif', pixels: head.length < 10 ? 0 : Math.max(view.getUint16(6, true), view.getUint16(8, true)) };
  }
  if (start.startsWith('RIFF') && start.slice(8, 12) === 'WEBP') return { format: 'image/webp', pixels: webpPixels(view, start) };
  return null;
}

function jpegPixels(view: DataView): number {
  for (let at = 2; at + 9 <= view.byteLength;) {
    const marker = view.getUint16(at);
    const isFrame = marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
    if (isFrame) return Math.max(view.getUint16(at + 5), view.getUint16(at + 7));
    at += 2 + view.getUint16(at + 2);
  }
  return 0;
}

function webpPixels(view: DataView, start: string): number {
  if (view.byteLength < 30) return 0;
  const kind = start.slice(12, 16);
  if (kind === 'VP8 ') return Math.max(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
  if (kind === 'VP8X') return 1 + Math.max(view.getUint32(24, true) & 0xffffff, view.getUint32(26, true) >>> 8);
  if (kind !== 'VP8L') return 0;
  const bits = view.getUint32(21, true);
  return 1 + Math.max(bits & 0x3fff, (bits >>> 14) & 0x3fff);
}

/** PNGs and JPEGs say where they end; data behind that does not matter. */
function endsLike(format: string, data: Uint8Array): boolean {
  if (format === 'image/png') return latin(endOf(data)).includes('IEND');
  return format !== 'image/jpeg' || latin(endOf(data)).includes('\xff\xd9');
}

function endOf(data: Uint8Array): Uint8Array {
  const from = Math.max(0, data.length - END);
  return decoded(data.subarray(from - (from % 4)));
}

/** Whether its beginning and end are of base64. */
function isBase64(data: Uint8Array): boolean {
  const looked = [...data.subarray(0, PLAIN), ...data.subarray(-PLAIN)];
  return looked.every((byte) => valueOf(byte) >= 0 || byte === 0x3d);
}

function decoded(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.floor((data.length * 3) / 4));
  let length = 0;
  let bits = 0;
  let held = 0;
  for (const byte of data) {
    const value = valueOf(byte);
    if (value < 0) continue;
    bits = ((bits << 6) | value) & 0xffffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[length++] = (bits >>> held) & 0xff;
  }
  return bytes.subarray(0, length);
}

/** Of a base64 character; -1. */
function valueOf(byte: number): number {
  if (byte >= 0x41 && byte <= 0x5a) return byte - 0x41;
  if (byte >= 0x61 && byte <= 0x7a) return byte - 0x47;
  if (byte >= 0x30 && byte <= 0x39) return byte + 4;
  if (byte === 0x2b) return 62;
  return byte === 0x2f ? 63 : -1;
}

function latin(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
