import type { RowFilter } from '../../src/core/arrangement/arrangement.ts';
import type { StringKey } from '../../src/protocol/strings.ts';
import type { FoldGroup } from '../page/arranging.ts';

/** The commands of the keys. Each method belongs to the table below. */
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
  openAgent(): void;
  goToEnd(end: 'leaf' | 'root'): void;
  toggleFilter(filter: RowFilter): void;
  toggleFolded(group: FoldGroup): void;
  toggleDetails(): void;
  toggleFollow(): void;
  repairBest(): void;
  toggleMark(): void;
  pickOrDrop(): void;
  escape(): void;
  close(): void;
  revertLast(): void;
  openLine(): void;
  showKeys(): void;
}

export type KeyGroup = 'keysMove' | 'keysView' | 'keysAct';

export interface KeyBinding {
  /** As `KeyboardEvent.key`; a sequence of two keys is separated by a space. */
  readonly keys: readonly string[];
  readonly group: KeyGroup;
  readonly label: StringKey;
  readonly run: (commands: GraphCommands) => void;
}

/** Every key of the graph. The sheet on `?` is built from it. */
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
  { keys: ['a'], group: 'keysMove', label: 'keyAgent', run: (c) => c.openAgent() },
  { keys: ['o'], group: 'keysView', label: 'keyOrphans', run: (c) => c.toggleFilter('orphans') },
  { keys: ['f'], group: 'keysView', label: 'keyFindings', run: (c) => c.toggleFilter('findings') },
  { keys: ['p'], group: 'keysView', label: 'keyPrompts', run: (c) => c.toggleFilter('prompts') },
  { keys: ['t'], group: 'keysView', label: 'keyRuns', run: (c) => c.toggleFolded('run') },
  { keys: ['s'], group: 'keysView', label: 'keySidechains', run: (c) => c.toggleFolded('sidechain') },
  { keys: ['F'], group: 'keysView', label: 'keyFollow', run: (c) => c.toggleFollow() },
  { keys: ['d'], group: 'keysAct', label: 'keyDetails', run: (c) => c.toggleDetails() },
  { keys: ['m'], group: 'keysAct', label: 'keyMark', run: (c) => c.toggleMark() },
  { keys: ['x'], group: 'keysAct', label: 'keyMove', run: (c) => c.pickOrDrop() },
  { keys: ['r'], group: 'keysAct', label: 'keyRepair', run: (c) => c.repairBest() },
  { keys: ['u'], group: 'keysAct', label: 'keyRevert', run: (c) => c.revertLast() },
  { keys: ['Enter'], group: 'keysAct', label: 'keyOpenLine', run: (c) => c.openLine() },
  { keys: ['Escape'], group: 'keysAct', label: 'keyEscape', run: (c) => c.escape() },
  { keys: ['q'], group: 'keysAct', label: 'keyClose', run: (c) => c.close() },
  { keys: ['?'], group: 'keysAct', label: 'keyHelp', run: (c) => c.showKeys() },
];
