const KEY_NAMES = [
  'other',
  'type',
  'subtype',
  'uuid',
  'parentUuid',
  'sessionId',
  'agentId',
  'version',
  'gitBranch',
  'toolUseID',
  'parentToolUseID',
  'timestamp',
  'isSidechain',
  'isMeta',
  'isCompactSummary',
  'teamName',
  'message',
  'attachment',
  'id',
  'content',
  'name',
  'tool_use_id',
  'isApiErrorMessage',
  'model',
  'thinking',
  'signature',
  'leafUuid',
  'usage',
  'input_tokens',
  'output_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
] as const;
type KeyName = (typeof KEY_NAMES)[number];
/** Numbers of the members that matter; the others are `other`. */
export const KEY = Object.fromEntries(KEY_NAMES.map((name, i) => [name, i])) as Readonly<Record<KeyName, number>>;

/** Finds the key of a name by its length and its ends, then by its bytes: most names of a record are not ours. */
export class KeyTable {
  private readonly bySlot: { readonly bytes: Uint8Array; readonly key: number }[][] = Array.from({ length: SLOTS }, () => []);

  constructor() {
    const encoder = new TextEncoder();
    for (const name of KEY_NAMES.slice(1)) {
      const bytes = encoder.encode(name);
      this.bySlot[slotOf(bytes, 0, bytes.length)]!.push({ bytes, key: KEY[name] });
    }
  }

  find(bytes: Uint8Array, start: number, end: number): number {
    if (end === start) return KEY.other;
    const candidates = this.bySlot[slotOf(bytes, start, end)]!;
    for (let i = 0; i < candidates.length; i++) {
      const { bytes: name, key } = candidates[i]!;
      if (name.length === end - start && isAt(name, bytes, start)) return key;
    }
    return KEY.other;
  }
}

const SLOTS = 256;

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  return ((end - start) * 7 + bytes[start]! * 3 + bytes[end - 1]!) & (SLOTS - 1);
}

function isAt(name: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[start + i]) return false;
  return true;
}
