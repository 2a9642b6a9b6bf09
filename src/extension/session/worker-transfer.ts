/** A value to post and the buffers that are handed over rather than copied. */
export interface Packed {
  readonly value: unknown;
  readonly transfer: ArrayBuffer[];
}

/**
 * Finds the byte arrays of a result, one level of objects and arrays deep, so that they are moved. A view on a part of a
 * larger buffer is copied first: posting it would copy the whole of that buffer.
 */
export function packed(result: unknown): Packed {
  const transfer = new Set<ArrayBuffer>();
  const value = pack(result, transfer, 3);
  return { value, transfer: [...transfer] };
}

function pack(value: unknown, transfer: Set<ArrayBuffer>, depth: number): unknown {
  if (value instanceof Uint8Array) return moved(value, transfer);
  if (depth === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.some(mayHoldBytes) ? value.map((item: unknown) => pack(item, transfer, depth - 1)) : value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, pack(item, transfer, depth - 1)]));
}

function mayHoldBytes(value: unknown): boolean {
  return (
    value instanceof Uint8Array ||
    (typeof value === 'object' && value !== null && Object.values(value).some((item) => item instanceof Uint8Array))
  );
}

function moved(bytes: Uint8Array, transfer: Set<ArrayBuffer>): Uint8Array {
  const whole = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer && !transfer.has(bytes.buffer);
  const own = whole ? bytes : Uint8Array.from(bytes);
  if (own.byteLength > 0 && own.buffer instanceof ArrayBuffer) transfer.add(own.buffer);
  return own;
}
