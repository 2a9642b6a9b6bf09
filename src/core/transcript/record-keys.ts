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
  private readonly names = KEY_NAMES.map((name) => new TextEncoder().encode(name));
  /** Per slot: a key whose name belongs there; `other` for none. */
  private readonly keyAt = new Uint8Array(SLOTS);
  /** Per key: the next one of the same slot. */
  private readonly next = new Uint8Array(KEY_NAMES.length);

  constructor() {
    for (let key = 1; key < this.names.length; key++) {
      const name = this.names[key]!;
      const slot = slotOf(name, 0, name.length);
      this.next[key] = this.keyAt[slot]!;
      this.keyAt[slot] = key;
    }
  }

  find(bytes: Uint8Array, start: number, end: number): number {
    if (end === start) return KEY.other;
    let key = this.keyAt[slotOf(bytes, start, end)]!;
    while (key !== KEY.other && !isAt(this.names[key]!, bytes, start, end)) key = this.next[key]!;
    return key;
  }
}

const SLOTS = 256;

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  return ((end - start) * 7 + bytes[start]! * 3 + bytes[end - 1]!) & (SLOTS - 1);
}

function isAt(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[start + i]) return false;
  return true;
}
