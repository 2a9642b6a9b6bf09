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
  'usage',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
] as const;
type KeyName = (typeof KEY_NAMES)[number];
/** Numbers of the members that matter; the others are `other`. */
export const KEY = Object.fromEntries(KEY_NAMES.map((name, i) => [name, i])) as Readonly<Record<KeyName, number>>;

/** Finds the key of a name by its length, then by its bytes: most names of a record are not ours. */
export class KeyTable {
  private readonly byLength: { readonly bytes: Uint8Array; readonly key: number }[][] = [];

  constructor() {
    const encoder = new TextEncoder();
    for (const name of KEY_NAMES.slice(1)) {
      const list = (this.byLength[name.length] ??= []);
      list.push({ bytes: encoder.encode(name), key: KEY[name] });
    }
  }

  find(bytes: Uint8Array, start: number, end: number): number {
    const candidates = this.byLength[end - start];
    if (candidates === undefined) return KEY.other;
    for (const candidate of candidates) {
      let i = 0;
      while (i < candidate.bytes.length && candidate.bytes[i] === bytes[start + i]) i++;
      if (i === candidate.bytes.length) return candidate.key;
    }
    return KEY.other;
  }
}
