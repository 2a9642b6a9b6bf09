import * as vscode from 'vscode';

/** Only these may run from a hover, and only Riff's own text writes links. */
const TRUSTED = { enabledCommands: ['riff.revert'] };

/** Markdown in which everything that came from a file or a person is plain text. */
export class SafeMarkdown {
  readonly #markdown = new vscode.MarkdownString();

  constructor() {
    this.#markdown.isTrusted = TRUSTED;
    this.#markdown.supportThemeIcons = true;
    this.#markdown.supportHtml = false;
  }

  /** Our own words, as Markdown. */
  own(markdown: string): this {
    this.#markdown.appendMarkdown(markdown);
    return this;
  }

  /** Words from outside. Written one by one: appendText makes spaces unbreakable, and a long text could not wrap. */
  text(value: string): this {
    const words = value.split(/\s+/).filter((word) => word !== '');
    words.forEach((word, i) => {
      if (i > 0) this.#markdown.appendMarkdown(' ');
      this.#markdown.appendText(word);
    });
    return this;
  }

  /** A link that runs a trusted command. */
  command(label: string, command: string, args: readonly unknown[]): this {
    const query = encodeURIComponent(JSON.stringify(args));
    return this.own(`[${label}](command:${command}?${query})`);
  }

  get value(): vscode.MarkdownString {
    return this.#markdown;
  }
}
