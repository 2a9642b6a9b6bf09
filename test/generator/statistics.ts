import type { Quantile } from './random.ts';
import type { Client } from './types.ts';

/*
 * Measured on seventeen real sessions (about 14,000 records): 2,528 records of client 2.1.29, 6,300 of its
 * neighbours 2.1.5 to 2.1.62, and 2,853 of 2.1.217 and 2.1.219. Lengths are characters, times seconds.
 */

/** Blocks of one API message: T thinking, x text, u tool call. */
export type MessageShape = string;

export interface Statistics {
  readonly model: string;
  /** Messages that go on (a tool is called). */
  readonly shapes: readonly (readonly [MessageShape, number])[];
  /** Messages that end a turn. */
  readonly endings: readonly (readonly [MessageShape, number])[];
  /** API messages per prompt. */
  readonly rounds: readonly Quantile[];
  readonly prompt: readonly Quantile[];
  readonly thinking: readonly Quantile[];
  readonly text: readonly Quantile[];
  /** Characters of signature per character of thinking, after 200. */
  readonly signaturePerCharacter: number;
  readonly tools: readonly (readonly [string, number])[];
  readonly results: Readonly<Record<string, readonly Quantile[]>>;
  readonly otherResult: readonly Quantile[];
  /** Share of tool results that are errors. */
  readonly errors: number;
  /** Of messages with several calls: share whose results come between the calls. */
  readonly interleaved: number;
  /** Of batches: share whose last result is not that of the last call. */
  readonly lateResult: number;
  readonly firstToken: readonly Quantile[];
  readonly nextBlock: readonly Quantile[];
  readonly toolTime: readonly Quantile[];
  readonly think: readonly Quantile[];
}

const RESULTS_29: Statistics['results'] = {
  Read: [
    [0, 200],
    [0.05, 635],
    [0.25, 1555],
    [0.5, 3263],
    [0.75, 6689],
    [0.9, 18287],
    [1, 63341],
  ],
  Bash: [
    [0, 0],
    [0.05, 4],
    [0.25, 100],
    [0.5, 384],
    [0.75, 1051],
    [0.9, 3095],
    [1, 16697],
  ],
  Edit: [
    [0, 96],
    [0.25, 105],
    [0.5, 122],
    [0.75, 294],
    [0.9, 1476],
    [1, 5383],
  ],
  Grep: [
    [0, 14],
    [0.25, 97],
    [0.5, 452],
    [0.75, 2405],
    [0.9, 5230],
    [1, 18915],
  ],
  Glob: [
    [0, 14],
    [0.25, 73],
    [0.5, 206],
    [0.75, 807],
    [0.9, 2693],
    [1, 3953],
  ],
  Write: [
    [0, 81],
    [0.25, 112],
    [0.5, 122],
    [0.75, 307],
    [0.9, 4024],
    [1, 10757],
  ],
  Task: [
    [0, 441],
    [0.25, 1079],
    [0.5, 1421],
    [0.75, 6730],
    [0.9, 9213],
    [1, 18431],
  ],
};

const CLIENT_29: Statistics = {
  model: 'claude-opus-4-5-20251101',
  shapes: [
    ['Tu', 904],
    ['Txu', 439],
    ['xu', 122],
    ['u', 56],
    ['Txuu', 31],
    ['Tuu', 20],
    ['xuu', 17],
    ['Tuuu', 9],
    ['Txuuu', 6],
    ['uu', 5],
    ['xuuu', 4],
  ],
  endings: [
    ['Tx', 184],
    ['x', 18],
  ],
  rounds: [
    [0, 1],
    [0.25, 1],
    [0.5, 2],
    [0.75, 7],
    [0.9, 17],
    [1, 52],
  ],
  prompt: [
    [0, 4],
    [0.25, 48],
    [0.5, 92],
    [0.75, 161],
    [0.9, 389],
    [0.99, 1891],
    [1, 3000],
  ],
  thinking: [
    [0, 20],
    [0.05, 38],
    [0.25, 79],
    [0.5, 147],
    [0.75, 447],
    [0.9, 1143],
    [0.99, 4765],
    [1, 6000],
  ],
  text: [
    [0, 20],
    [0.05, 34],
    [0.25, 71],
    [0.5, 119],
    [0.75, 392],
    [0.9, 1112],
    [0.99, 3156],
    [1, 4500],
  ],
  signaturePerCharacter: 1.6,
  tools: [
    ['Bash', 665],
    ['Read', 399],
    ['Edit', 291],
    ['Grep', 180],
    ['TodoWrite', 85],
    ['Glob', 26],
    ['Task', 23],
    ['Write', 14],
  ],
  results: RESULTS_29,
  otherResult: [
    [0, 40],
    [0.5, 160],
    [1, 600],
  ],
  errors: 0.055,
  interleaved: 0.4,
  lateResult: 0.26,
  firstToken: [
    [0, 1.8],
    [0.1, 2.6],
    [0.5, 3.6],
    [0.9, 8.5],
    [1, 44],
  ],
  nextBlock: [
    [0, 0.2],
    [0.1, 0.4],
    [0.5, 0.9],
    [0.9, 5.3],
    [1, 24],
  ],
  toolTime: [
    [0, 0.005],
    [0.1, 0.05],
    [0.5, 0.37],
    [0.9, 9],
    [1, 240],
  ],
  think: [
    [0, 3],
    [0.1, 9],
    [0.5, 93],
    [0.9, 535],
    [0.99, 15000],
    [1, 40000],
  ],
};

const CLIENT_217: Statistics = {
  model: 'claude-opus-5',
  shapes: [
    ['u', 410],
    ['Tu', 220],
    ['Txu', 170],
    ['xu', 45],
    ['Tuu', 16],
    ['Txuu', 3],
    ['uu', 2],
    ['uuu', 1],
    ['Tuuu', 1],
    ['Txuuu', 2],
    ['xuu', 1],
  ],
  endings: [
    ['x', 29],
    ['Tx', 15],
  ],
  rounds: [
    [0, 1],
    [0.25, 3],
    [0.5, 9],
    [0.75, 28],
    [0.9, 53],
    [1, 74],
  ],
  prompt: [
    [0, 16],
    [0.25, 115],
    [0.5, 333],
    [0.75, 900],
    [0.9, 2600],
    [1, 5600],
  ],
  thinking: [
    [0, 90],
    [0.05, 143],
    [0.25, 311],
    [0.5, 455],
    [0.75, 822],
    [0.9, 1481],
    [0.99, 3866],
    [1, 5000],
  ],
  text: [
    [0, 30],
    [0.05, 48],
    [0.25, 82],
    [0.5, 154],
    [0.75, 326],
    [0.9, 2061],
    [0.99, 4207],
    [1, 5000],
  ],
  signaturePerCharacter: 2.5,
  tools: [
    ['Bash', 439],
    ['Edit', 132],
    ['mcp__browser__navigate', 40],
    ['Read', 57],
    ['Agent', 27],
    ['Grep', 20],
    ['Write', 16],
  ],
  results: {
    ...RESULTS_29,
    Bash: [
      [0, 10],
      [0.05, 33],
      [0.25, 139],
      [0.5, 352],
      [0.75, 897],
      [0.9, 1715],
      [1, 5975],
    ],
    Read: [
      [0, 200],
      [0.05, 395],
      [0.25, 922],
      [0.5, 1682],
      [0.75, 2403],
      [0.9, 5797],
      [1, 11239],
    ],
    Edit: [
      [0, 137],
      [0.5, 155],
      [1, 290],
    ],
    Agent: [
      [0, 1063],
      [0.75, 1063],
      [0.9, 8468],
      [1, 16548],
    ],
  },
  otherResult: [
    [0, 48],
    [0.25, 146],
    [0.5, 248],
    [0.9, 1667],
    [1, 8000],
  ],
  errors: 0.045,
  interleaved: 0.65,
  lateResult: 0.44,
  firstToken: [
    [0, 1.5],
    [0.1, 3],
    [0.5, 5.9],
    [0.9, 15.8],
    [1, 35],
  ],
  nextBlock: [
    [0, 0.001],
    [0.25, 0.01],
    [0.5, 0.44],
    [0.9, 5.8],
    [1, 57],
  ],
  toolTime: [
    [0, 0.01],
    [0.1, 0.04],
    [0.5, 2.35],
    [0.9, 15],
    [1, 150],
  ],
  think: [
    [0, 1],
    [0.1, 30],
    [0.5, 127],
    [0.9, 1235],
    [1, 2300],
  ],
};

export const STATISTICS: Readonly<Record<Client, Statistics>> = { '2.1.29': CLIENT_29, '2.1.217': CLIENT_217 };

/** Records between two compactions: 17 compactions in 13,000 records. */
export const RECORDS_PER_COMPACTION = 760;
/** Compactions started by the user; the others start by themselves, mostly in the middle of a turn. */
export const MANUAL_COMPACTION = 0.3;
/** Boundaries whose logicalParentUuid is in no file. */
export const LOGICAL_PARENT_ABSENT = 0.35;
/** Sessions with a rewind: 11 of 490. */
export const SESSION_WITH_REWIND = 0.022;
/** 2.1.29: turns after which a suggested prompt was prepared (an agent file of its own). */
export const PROMPT_SUGGESTION = 0.25;
/** Bash calls that report progress (127 of 665), once a second from the second second on; how often. */
export const BASH_PROGRESS = 0.2;
export const BASH_PROGRESS_COUNT: readonly Quantile[] = [
  [0, 1],
  [0.5, 4],
  [0.9, 15],
  [1, 40],
];
/** Turns that the user interrupts. */
export const INTERRUPTED = 0.035;
/** Pauses after which the client was started again. */
export const RESUMED = 0.04;
export const LOCAL_COMMAND = 0.06;
export const API_ERROR = 0.004;
/** Records that stand one line before their parent: 2 of 870 files have any. */
export const FORWARD_REFERENCE = 0.0005;
/** 2.1.217, per tool result: reminders, files changed outside, queued prompts, nested memory, metadata lines. */
export const ATTACHMENTS_AFTER_RESULT: readonly (readonly [string, number])[] = [
  ['task_reminder', 0.126],
  ['edited_text_file', 0.019],
  ['queued_command', 0.0145],
  ['nested_memory', 0.011],
];
export const METADATA_AFTER_RESULT = 0.085;
