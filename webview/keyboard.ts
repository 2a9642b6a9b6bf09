import type { RowFilter } from '../src/core/arrangement/arrangement.ts';
import type { StringKey } from '../src/protocol/strings.ts';
import type { FoldGroup } from './page/arranging.ts';

/** What the keys do. Each method is one command of the table below. */
export interface GraphCommands {
  moveBy(rows: number): void;
  moveByPages(pages: number): void;
  moveToEdge(edge: 'first' | 'last'): void;
  goToParent(): void;
  goToChild(): void;
  fold(): void;
  unfold(): void;
  goToNext(what: 'finding' | 'prompt', direction: 1 | -1): void;
  startFind(): void;
  goToFound(direction: 1 | -1): void;
  goToEnd(end: 'leaf' | 'root'): void;
  toggleFilter(filter: RowFilter): void;
  toggleFolded(group: FoldGroup): void;
  toggleDetails(): void;
  toggleFollow(): void;
  repairBest(): void;
  revertLast(): void;
  openLine(): void;
  showKeys(): void;
}

export type KeyGroup = 'keysMove' | 'keysView' | 'keysAct';

export interface KeyBinding {
  /** As `KeyboardEvent.key`; two keys one after the other are separated by a space. */
  readonly keys: readonly string[];
  readonly group: KeyGroup;
  readonly label: StringKey;
  readonly run: (commands: GraphCommands) => void;
}

/** Every key of the graph. The sheet on `?` is drawn from it. */
export const KEY_BINDINGS: readonly KeyBinding[] = [
  { keys: ['j', 'ArrowDown'], group: 'keysMove', label: 'keyNext', run: (c) => c.moveBy(1) },
  { keys: ['k', 'ArrowUp'], group: 'keysMove', label: 'keyPrevious', run: (c) => c.moveBy(-1) },
  { keys: ['g g', 'Home'], group: 'keysMove', label: 'keyFirst', run: (c) => c.moveToEdge('first') },
  { keys: ['G', 'End'], group: 'keysMove', label: 'keyLast', run: (c) => c.moveToEdge('last') },
  { keys: ['PageDown'], group: 'keysMove', label: 'keyPageDown', run: (c) => c.moveByPages(1) },
  { keys: ['PageUp'], group: 'keysMove', label: 'keyPageUp', run: (c) => c.moveByPages(-1) },
  { keys: ['ArrowLeft'], group: 'keysMove', label: 'keyFold', run: (c) => c.fold() },
  { keys: ['ArrowRight'], group: 'keysMove', label: 'keyUnfold', run: (c) => c.unfold() },
  { keys: ['h'], group: 'keysMove', label: 'keyParent', run: (c) => c.goToParent() },
  { keys: ['l'], group: 'keysMove', label: 'keyChild', run: (c) => c.goToChild() },
  { keys: [']'], group: 'keysMove', label: 'keyNextFinding', run: (c) => c.goToNext('finding', 1) },
  { keys: ['['], group: 'keysMove', label: 'keyPreviousFinding', run: (c) => c.goToNext('finding', -1) },
  { keys: ['}'], group: 'keysMove', label: 'keyNextPrompt', run: (c) => c.goToNext('prompt', 1) },
  { keys: ['{'], group: 'keysMove', label: 'keyPreviousPrompt', run: (c) => c.goToNext('prompt', -1) },
  { keys: ['/'], group: 'keysMove', label: 'keyFind', run: (c) => c.startFind() },
  { keys: ['n'], group: 'keysMove', label: 'keyNextFound', run: (c) => c.goToFound(1) },
  { keys: ['N'], group: 'keysMove', label: 'keyPreviousFound', run: (c) => c.goToFound(-1) },
  { keys: ['L', '$'], group: 'keysMove', label: 'keyLeaf', run: (c) => c.goToEnd('leaf') },
  { keys: ['B', '^'], group: 'keysMove', label: 'keyRoot', run: (c) => c.goToEnd('root') },
  { keys: ['o'], group: 'keysView', label: 'keyOrphans', run: (c) => c.toggleFilter('orphans') },
  { keys: ['f'], group: 'keysView', label: 'keyFindings', run: (c) => c.toggleFilter('findings') },
  { keys: ['p'], group: 'keysView', label: 'keyPrompts', run: (c) => c.toggleFilter('prompts') },
  { keys: ['t'], group: 'keysView', label: 'keyRuns', run: (c) => c.toggleFolded('run') },
  { keys: ['s'], group: 'keysView', label: 'keySidechains', run: (c) => c.toggleFolded('sidechain') },
  { keys: ['F'], group: 'keysView', label: 'keyFollow', run: (c) => c.toggleFollow() },
  { keys: ['d'], group: 'keysAct', label: 'keyDetails', run: (c) => c.toggleDetails() },
  { keys: ['r'], group: 'keysAct', label: 'keyRepair', run: (c) => c.repairBest() },
  { keys: ['u'], group: 'keysAct', label: 'keyRevert', run: (c) => c.revertLast() },
  { keys: ['Enter'], group: 'keysAct', label: 'keyOpenLine', run: (c) => c.openLine() },
  { keys: ['?'], group: 'keysAct', label: 'keyHelp', run: (c) => c.showKeys() },
];

const SEQUENCE_MS = 900;

/** Turns key presses into commands. */
export class Keyboard {
  readonly #commands: GraphCommands;
  /** Whether keys that scroll or press buttons elsewhere are ours: the focus is on the rows. */
  readonly #rowsFocused: () => boolean;
  #pending = '';
  #pendingSince = 0;

  constructor(commands: GraphCommands, rowsFocused: () => boolean) {
    this.#commands = commands;
    this.#rowsFocused = rowsFocused;
  }

  /** Listens until the signal aborts. */
  listen(target: Document, signal: AbortSignal): void {
    target.addEventListener('keydown', (event) => this.#onKey(event), { signal });
  }

  #onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || hasCommandModifier(event) || isTyping(event)) return;
    // Off the rows, only letters and signs are ours: arrows scroll there and Enter presses the button that has the focus.
    if (!this.#rowsFocused() && event.key.length > 1) return;
    const sequence = this.#sequence(event);
    const binding = find(sequence) ?? find(event.key);
    if (binding !== undefined) {
      event.preventDefault();
      this.#pending = '';
      binding.run(this.#commands);
      return;
    }
    this.#pending = startsSequence(event.key) ? event.key : '';
    this.#pendingSince = event.timeStamp;
    if (this.#pending !== '') event.preventDefault();
  }

  #sequence(event: KeyboardEvent): string {
    const recent = this.#pending !== '' && event.timeStamp - this.#pendingSince < SEQUENCE_MS;
    return recent ? `${this.#pending} ${event.key}` : event.key;
  }
}

function find(keys: string): KeyBinding | undefined {
  return KEY_BINDINGS.find((binding) => binding.keys.includes(keys));
}

function startsSequence(key: string): boolean {
  return KEY_BINDINGS.some((binding) => binding.keys.some((keys) => keys.startsWith(`${key} `)));
}

/** AltGraph types brackets on many keyboards; it reports itself as control and alt. */
function hasCommandModifier(event: KeyboardEvent): boolean {
  if (event.getModifierState('AltGraph')) return false;
  return event.ctrlKey || event.metaKey || event.altKey;
}

function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT|DIALOG)$/.test(target.tagName) || target.closest('dialog') !== null;
}
