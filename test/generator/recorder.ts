import { boundaryEnvelope, envelope, type Place, type Surroundings } from './envelope.ts';
import { createRandom, type Quantile, type Random } from './random.ts';
import { STATISTICS, FORWARD_REFERENCE, type Statistics } from './statistics.ts';
import type { Palette } from './tool-plans.ts';
import type { Client, Emission, Features, Json, RecordKind, TruthRecord, VisibleMessage } from './types.ts';
import { createWriter } from './words.ts';

/** What a record is, for the ground truth. */
export interface Description {
  readonly kind: RecordKind;
  readonly detail?: string;
  readonly messageId?: string;
  readonly toolUseId?: string;
}

/** Where the records of a subagent go. */
interface AgentTrack {
  readonly id: string | null;
  readonly file: string;
  last: string | null;
}

export interface RecorderOptions {
  readonly seed: number;
  readonly client: Client;
  readonly features: Features;
  readonly cwd?: string;
  readonly branch?: string;
  readonly slug?: string;
  /** Milliseconds since 1970. */
  readonly startsAt?: number;
}

const STARTS: Readonly<Record<Client, number>> = { '2.1.29': Date.UTC(2026, 1, 3, 9, 14, 2), '2.1.217': Date.UTC(2026, 6, 26, 8, 40, 11) };
const SLUGS = ['brave-humming-otter', 'quiet-dancing-maple', 'sunny-folding-lantern', 'gentle-roaming-kite'] as const;

/**
 * Writes records one after the other, as a client does: every record hangs under the one written before,
 * unless it says otherwise. Keeps the ground truth on the way.
 */
export class Recorder {
  readonly random: Random;
  readonly statistics: Statistics;
  readonly features: Features;
  readonly around: Surroundings;
  readonly palette: Palette;
  readonly mainFile: string;
  /** Milliseconds since 1970. */
  clock: number;
  /** The record that the next one hangs under. */
  last: string | null = null;
  lastPrompt = '';
  promptId = '';
  /** Records with a uuid in the main file. */
  count = 0;
  /** Bytes of the main file. */
  bytes = 0;
  segment = 0;
  turn = -1;
  /** What a resume loads, as of now. */
  visible: VisibleMessage[] = [];
  /** Tips at which a turn began, with the length of `visible` then: where a rewind may go. */
  marks: { readonly tip: string | null; readonly visible: number }[] = [];
  /** Files changed so far, for snapshots. */
  readonly tracked = new Map<string, number>();
  /** uuid of the prompt that the current snapshot belongs to. */
  snapshotOf = '';
  readonly sessionSlug: string;

  private readonly lines = new Map<string, number>();
  private pending: Emission[] = [];
  private agent: AgentTrack | null = null;

  constructor(options: RecorderOptions) {
    this.random = createRandom(options.client === '2.1.29' ? options.seed : options.seed ^ 0x2170_0000);
    this.statistics = STATISTICS[options.client];
    this.features = options.features;
    this.clock = options.startsAt ?? STARTS[options.client] + this.random.int(0, 20) * 86_400_000;
    const cwd = options.cwd ?? '/home/dev/shop';
    this.around = { client: options.client, sessionId: this.random.uuid(), cwd, branch: options.branch ?? 'feature/login', slug: null };
    this.sessionSlug = options.slug ?? this.random.pick(SLUGS);
    this.mainFile = `${this.around.sessionId}.jsonl`;
    this.palette = {
      client: options.client,
      random: this.random,
      writer: createWriter(this.random),
      statistics: this.statistics,
      features: this.features,
      cwd,
      scale: 1,
    };
  }

  get old(): boolean {
    return this.around.client === '2.1.29';
  }

  get inAgent(): boolean {
    return this.agent !== null;
  }

  /** Moves the clock. */
  wait(seconds: number): void {
    this.clock += Math.max(1, Math.round(seconds * 1000));
  }

  waitFor(points: readonly Quantile[]): void {
    this.wait(this.random.quantile(points));
  }

  /** The time now, or so many milliseconds from it. */
  stamp(offset = 0): string {
    return new Date(this.clock + offset).toISOString();
  }

  /**
   * Writes a record of the graph under the last one.
   * @param own its keys in order, `uuid` included
   * @param parent another parent than the last record
   */
  put(own: Json, what: Description, parent: string | null = this.tip): string {
    const place: Place = { parentUuid: parent, sidechain: this.agent !== null, agentId: this.agent?.id ?? null };
    const promptId = own['type'] === 'user' ? this.promptId : null;
    return this.write(envelope(this.around, place, own, promptId), what);
  }

  /** Writes a compact boundary: a new root. */
  putBoundary(own: Json, logicalParentUuid: string): string {
    this.segment += 1;
    return this.write(boundaryEnvelope(this.around, logicalParentUuid, own), { kind: 'boundary', detail: 'compact_boundary' });
  }

  /** Writes a line that is no record of the graph. */
  putPlain(value: Json): void {
    if (this.agent === null) this.emit(this.mainFile, JSON.stringify(value), null);
  }

  /** Writes into a file of its own. */
  putFile(path: string, value: Json): void {
    this.emit(path, JSON.stringify(value), null);
  }

  /** Says that a resume loads this message. */
  show(uuid: string, beside = false): void {
    if (this.agent === null) this.visible.push({ uuid, beside });
  }

  /**
   * Runs `body` with its records going to a subagent's file; the clock afterwards is where the agent ended.
   * @param id null: inline in the main file, without an agent id
   */
  inAgentFile(id: string | null, parent: string | null, body: () => void): void {
    const outer = this.agent;
    const file = id === null ? this.mainFile : `${this.around.sessionId}/subagents/agent-${id}.jsonl`;
    this.agent = { id, file, last: parent };
    body();
    this.agent = outer;
  }

  /** The record that the next one hangs under, in the file being written. */
  get tip(): string | null {
    return this.agent === null ? this.last : this.agent.last;
  }

  /** Hands over what was written since the last call. */
  drain(): Emission[] {
    const out = this.pending;
    this.pending = [];
    return out;
  }

  private write(record: Json, what: Description): string {
    const uuid = String(record['uuid']);
    const parent = record['parentUuid'];
    const file = this.agent?.file ?? this.mainFile;
    const truth: TruthRecord = {
      file,
      line: 0,
      uuid,
      parentUuid: typeof parent === 'string' ? parent : null,
      type: String(record['type']),
      kind: what.kind,
      detail: what.detail ?? '',
      messageId: what.messageId ?? null,
      toolUseId: what.toolUseId ?? null,
      sidechain: this.agent !== null,
      segment: this.segment,
      turn: this.turn,
    };
    if (this.agent === null) {
      this.last = uuid;
      this.count += 1;
    } else {
      this.agent.last = uuid;
    }
    this.emit(file, JSON.stringify(record), truth);
    this.maybeSwap();
    return uuid;
  }

  private emit(file: string, line: string, truth: TruthRecord | null): void {
    const number = (this.lines.get(file) ?? 0) + 1;
    this.lines.set(file, number);
    if (truth !== null) truth.line = number;
    if (file === this.mainFile) this.bytes += line.length + 1;
    this.pending.push({ file, line, truth });
  }

  /** Now and then a hook's record stands one line before its parent. */
  private maybeSwap(): void {
    if (!this.features.forwardReferences || !this.random.chance(FORWARD_REFERENCE * 8)) return;
    const child = this.pending.at(-1);
    const parent = this.pending.at(-2);
    if (child === undefined || parent === undefined || child.truth === null || parent.truth === null || child.file !== parent.file) return;
    const small = child.truth.kind === 'progress' || child.truth.kind === 'attachment';
    if (!small || child.truth.parentUuid !== parent.truth.uuid || parent.truth.kind === 'boundary') return;
    parent.truth.line += 1;
    child.truth.line -= 1;
    this.pending.splice(-2, 2, child, parent);
  }
}
