import { compactByItself, compactByUser, microcompact } from './compaction.ts';
import type { Hooks } from './messages.ts';
import { Recorder } from './recorder.ts';
import { LOCAL_COMMAND, MANUAL_COMPACTION, RECORDS_PER_COMPACTION, RESUMED, SESSION_WITH_REWIND } from './statistics.ts';
import { planTurn } from './turn-plans.ts';
import { putClosing, putLocalCommand, putOpening, putResume, putTurn, rewind } from './turns.ts';
import type { Client, Emission, Features, GeneratedFile, GeneratedSession, SessionOptions, TruthRecord, VisibleMessage } from './types.ts';

const DEFAULT_RECORDS = 200;
/** Bytes of a record on average when text is not scaled: 10.6 kB tool results, 0.6 kB hooks. */
const NATURAL_BYTES = 3300;

/** Everything a session can have, at the measured rates. */
export function defaultFeatures(seed: number, records: number): Features {
  return {
    parallelTools: true,
    hooks: true,
    bashProgress: true,
    attachments: true,
    metadata: true,
    subagents: true,
    promptSuggestions: true,
    inlineSidechains: false,
    forwardReferences: true,
    apiErrors: true,
    interruptions: true,
    localCommands: true,
    compactions: Math.floor(records / RECORDS_PER_COMPACTION),
    microcompactions: Math.floor(records / 3000),
    rewinds: (Math.imul(seed, 0x9e3779b1) >>> 0) / 4294967296 < SESSION_WITH_REWIND ? 1 : 0,
  };
}

/** What is known once the last line was handed over. */
export interface StreamResult {
  readonly sessionId: string;
  readonly visible: readonly VisibleMessage[];
  readonly records: number;
}

/**
 * Hands over a session line by line, without keeping it: for sessions of any size.
 * @returns the session's id and what a resume would load
 */
export function* streamSession(options: SessionOptions): Generator<Emission, StreamResult> {
  const target = options.records ?? (options.prompts === undefined ? DEFAULT_RECORDS : Number.POSITIVE_INFINITY);
  const sized = Number.isFinite(target) ? target : DEFAULT_RECORDS;
  const features: Features = { ...defaultFeatures(options.seed, sized), ...options.features };
  const r = new Recorder({ seed: options.seed, client: options.client ?? '2.1.29', features });
  const hooks = drawHooks(r);
  const steer = steering(r, options.targetBytes, sized);
  const compactions = spread(features.compactions, sized);
  const microcompactions = spread(features.microcompactions, sized);
  const rewinds = spread(features.rewinds, sized * 0.7);

  putOpening(r, hooks);
  while (r.count < target - 2 && r.turn + 1 < (options.prompts ?? Number.POSITIVE_INFINITY)) {
    steer();
    if (due(rewinds, r)) rewind(r, Math.min(r.marks.length, r.random.int(1, 3)));
    if (due(microcompactions, r) && r.old) microcompact(r);
    if (r.turn >= 0 && r.random.chance(RESUMED)) putResume(r, hooks);
    if (r.turn >= 0 && features.localCommands && r.random.chance(LOCAL_COMMAND)) putLocalCommand(r, 'model', 'Set model to opus');
    if (r.turn >= 0 && (compactions[0] ?? Number.POSITIVE_INFINITY) <= r.count && r.random.chance(MANUAL_COMPACTION)) {
      compactions.shift();
      compactByUser(r, hooks);
    }
    const plan = planTurn(r.palette, Math.max(1, Math.floor((target - r.count - 6) / 3.4)));
    putTurn(r, plan, hooks, () => {
      if (due(compactions, r)) compactByItself(r, hooks);
      steer();
    });
    yield* r.drain();
  }
  putClosing(r);
  yield* r.drain();
  return { sessionId: r.around.sessionId, visible: r.visible, records: r.count };
}

/** Makes a session in memory, with its ground truth. */
export function generateSession(options: SessionOptions): GeneratedSession {
  const stream = streamSession(options);
  const emissions: Emission[] = [];
  for (;;) {
    const step = stream.next();
    if (step.done === true) return gather(emissions, step.value, options.client ?? '2.1.29');
    emissions.push(step.value);
  }
}

/** Puts handed-over lines together into files. */
export function gather(emissions: readonly Emission[], result: StreamResult, client: GeneratedSession['client']): GeneratedSession {
  const lines = new Map<string, string[]>([[`${result.sessionId}.jsonl`, []]]);
  const records: TruthRecord[] = [];
  for (const { file, line, truth } of emissions) {
    const list = lines.get(file);
    if (list === undefined) lines.set(file, [line]);
    else list.push(line);
    if (truth !== null) records.push(truth);
  }
  const encoder = new TextEncoder();
  const files: GeneratedFile[] = [...lines].map(([path, list]) => ({
    path,
    bytes: encoder.encode(list.map((line) => `${line}\n`).join('')),
  }));
  return { sessionId: result.sessionId, client, files, records, visible: result.visible };
}

/** The hooks of a session: most have none before tools, half have one after. */
function drawHooks(r: Recorder): Hooks {
  return {
    pre: r.random.weighted([
      [0, 85],
      [1, 15],
    ]),
    post: r.random.weighted([
      [0, 45],
      [1, 45],
      [2, 10],
    ]),
    stop: r.random.weighted([
      [0, 10],
      [1, 60],
      [2, 20],
      [3, 10],
    ]),
    start: r.random.weighted([
      [1, 50],
      [2, 50],
    ]),
  };
}

/** Record counts at which something that happens `times` times is due. */
function spread(times: number, records: number): number[] {
  return Array.from({ length: times }, (_, i) => Math.round((records * (i + 1)) / (times + 1)));
}

function due(points: number[], r: Recorder): boolean {
  const next = points[0];
  if (next === undefined || r.count < next || r.turn < 0) return false;
  points.shift();
  return true;
}

/** Bytes of a record without any text, on average. */
const ENVELOPE: Readonly<Record<Client, number>> = { '2.1.29': 780, '2.1.217': 1250 };

/** Lengthens or shortens text so that the file comes out at the wanted size. */
function steering(r: Recorder, targetBytes: number | undefined, records: number): () => void {
  if (targetBytes === undefined) return () => undefined;
  const bare = ENVELOPE[r.around.client];
  const limit = (scale: number): number => Math.min(60, Math.max(0.01, scale));
  r.palette.scale = limit((targetBytes / records - bare) / (NATURAL_BYTES - bare));
  let scaled = 0;
  let counted = 0;
  return () => {
    scaled += r.palette.scale * (r.count - counted);
    counted = r.count;
    if (r.count < 50 || r.count >= records - 10) return;
    // Bytes of text that a record has at scale 1, as measured so far.
    const natural = Math.max(100, (r.bytes / r.count - bare) / (scaled / r.count));
    const wanted = (targetBytes - r.bytes) / (records - r.count);
    r.palette.scale = limit((wanted - bare) / natural);
  };
}
