import { KEY_BINDINGS, type GraphCommands, type KeyBinding } from './key-bindings.ts';

const SEQUENCE_MS = 900;

/** Turns key presses into commands. */
export class Keyboard {
  readonly #commands: GraphCommands;
  /** Whether the focus is on the rows: elsewhere some keys scroll or press buttons. */
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
    // Outside the rows only letters and symbols are commands: arrows scroll there, and Enter presses the focused button.
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
