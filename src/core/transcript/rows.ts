const COLUMN_TYPES = {
  offset: Float64Array,
  length: Float64Array,
  line: Uint32Array,
  kind: Uint8Array,
  flags: Uint32Array,
  uuid: Int32Array,
  parent: Int32Array,
  session: Int32Array,
  messageId: Int32Array,
  agent: Int32Array,
  toolUse: Int32Array,
  type: Int32Array,
  subtype: Int32Array,
  time: Float64Array,
  input: Int32Array,
  output: Int32Array,
  cacheRead: Int32Array,
  cacheWritten: Int32Array,
  print: Int32Array,
  toolStart: Uint32Array,
} as const;

/** What is read is a whole transcript, or the line that was appended to one. */
const FIRST_ROWS = 64;

/** Where a record stands, and what its place says of it. */
export interface RecordPlace {
  readonly offset: number;
  readonly line: number;
  readonly flags: number;
  /** Bytes in the file, where they are not its JSON. */
  readonly length?: number;
}

/** The columns while they grow. */
export class Rows {
  count = 0;
  offset = new Float64Array(FIRST_ROWS);
  length = new Float64Array(FIRST_ROWS);
  line = new Uint32Array(FIRST_ROWS);
  kind = new Uint8Array(FIRST_ROWS);
  flags = new Uint32Array(FIRST_ROWS);
  uuid = new Int32Array(FIRST_ROWS);
  parent = new Int32Array(FIRST_ROWS);
  session = new Int32Array(FIRST_ROWS);
  messageId = new Int32Array(FIRST_ROWS);
  agent = new Int32Array(FIRST_ROWS);
  toolUse = new Int32Array(FIRST_ROWS);
  type = new Int32Array(FIRST_ROWS);
  subtype = new Int32Array(FIRST_ROWS);
  time = new Float64Array(FIRST_ROWS);
  input = new Int32Array(FIRST_ROWS);
  output = new Int32Array(FIRST_ROWS);
  cacheRead = new Int32Array(FIRST_ROWS);
  cacheWritten = new Int32Array(FIRST_ROWS);
  print = new Int32Array(FIRST_ROWS);
  toolStart = new Uint32Array(FIRST_ROWS);

  add(): number {
    // One more than needed: toolStart has an entry behind the last record.
    if (this.count + 1 >= this.offset.length) this.resize(this.offset.length * 2);
    return this.count++;
  }

  columns(toolCount: number): this {
    this.toolStart[this.count] = toolCount;
    this.resize(this.count, this.count + 1);
    return this;
  }

  private resize(length: number, toolStarts = length): void {
    for (const name of Object.keys(COLUMN_TYPES) as (keyof typeof COLUMN_TYPES)[]) {
      const resized = new COLUMN_TYPES[name](name === 'toolStart' ? toolStarts : length);
      resized.set(this[name].subarray(0, resized.length));
      Object.assign(this, { [name]: resized });
    }
  }
}
