import { Lexer, type Token, type Tokens } from 'marked';
import { element } from '../elements/dom.ts';
import { visibleText } from '../elements/safe-text.ts';

/** Longer texts are shown as plain text. */
const MOST_CHARACTERS = 20_000;
/** Deeper nesting than any text written for people has. */
const MOST_DEPTH = 24;

/**
 * Renders Markdown as elements. Every word becomes a text node, HTML stays text, and links only work through `onLink`.
 * @param onLink called when the user presses a link to an http or https address
 */
export function markdown(text: string, onLink: (address: string) => void): HTMLElement {
  const body = element('div', { class: 'markdown' });
  if (text.length > MOST_CHARACTERS) return plain(body, text);
  try {
    body.append(...new Painter(onLink).blocks(new Lexer({ gfm: true }).lex(text), 0));
    return body;
  } catch {
    // Text that breaks the Markdown parser is shown as plain text.
    return plain(body, text);
  }
}

function plain(body: HTMLElement, text: string): HTMLElement {
  body.classList.add('plain');
  body.textContent = visibleText(text);
  return body;
}

class Painter {
  readonly #onLink: (address: string) => void;

  constructor(onLink: (address: string) => void) {
    this.#onLink = onLink;
  }

  blocks(tokens: readonly Token[], depth: number): (Node | string)[] {
    return tokens.flatMap((token) => this.#block(token as Tokens.Generic, depth + 1));
  }

  #block(token: Tokens.Generic, depth: number): (Node | string)[] {
    if (depth > MOST_DEPTH) return [visibleText(token.raw)];
    const inside = token.tokens ?? [];
    switch (token.type) {
      case 'space':
      case 'def':
        return [];
      case 'heading':
        return [element('p', { class: 'md-heading' }, this.#inline(inside, depth))];
      case 'paragraph':
        return [element('p', {}, this.#inline(inside, depth))];
      case 'text':
        return inside.length > 0 ? this.#inline(inside, depth) : [visibleText(token.raw)];
      case 'code':
        return [element('pre', { class: 'md-code' }, [element('code', { text: visibleText((token as Tokens.Code).text) })])];
      case 'blockquote':
        return [element('blockquote', {}, this.blocks(inside, depth))];
      case 'hr':
        return [element('hr')];
      case 'list':
        return [this.#list(token as Tokens.List, depth)];
      case 'table':
        return [this.#table(token as Tokens.Table, depth)];
      default:
        return [element('p', { text: visibleText(token.raw.trimEnd()) })];
    }
  }

  #list(list: Tokens.List, depth: number): HTMLElement {
    const items = list.items.map((item) => {
      const made = element('li', {}, this.blocks(item.tokens, depth));
      if (item.task) made.prepend(item.checked === true ? '☑ ' : '☐ ');
      return made;
    });
    const made = element(list.ordered ? 'ol' : 'ul', {}, items);
    if (typeof list.start === 'number') made.setAttribute('start', String(list.start));
    return made;
  }

  #table(table: Tokens.Table, depth: number): HTMLElement {
    const cells = (tag: 'th' | 'td', row: readonly Tokens.TableCell[]): HTMLElement =>
      element(
        'tr',
        {},
        row.map((cell) => element(tag, {}, this.#inline(cell.tokens, depth))),
      );
    return element('table', {}, [
      element('thead', {}, [cells('th', table.header)]),
      element(
        'tbody',
        {},
        table.rows.map((row) => cells('td', row)),
      ),
    ]);
  }

  #inline(tokens: readonly Token[], depth: number): (Node | string)[] {
    return tokens.flatMap((token) => this.#span(token as Tokens.Generic, depth + 1));
  }

  #span(token: Tokens.Generic, depth: number): (Node | string)[] {
    if (depth > MOST_DEPTH) return [visibleText(token.raw)];
    const inside = token.tokens ?? [];
    switch (token.type) {
      case 'strong':
      case 'em':
      case 'del':
        return [element(token.type, {}, this.#inline(inside, depth))];
      case 'codespan':
        return [element('code', { text: visibleText((token as Tokens.Codespan).text) })];
      case 'br':
        return [element('br')];
      case 'link':
        return this.#link(token as Tokens.Link, depth);
      case 'checkbox':
        return [];
      case 'escape':
        return [visibleText((token as Tokens.Escape).text)];
      case 'text':
        return inside.length > 0 ? this.#inline(inside, depth) : [visibleText(token.raw)];
      default:
        return [visibleText(token.raw)];
    }
  }

  /** Addresses other than those of the web are shown but cannot be pressed. */
  #link(link: Tokens.Link, depth: number): (Node | string)[] {
    if (!/^https?:\/\/\S+$/i.test(link.href)) return [visibleText(link.raw)];
    const made = element(
      'button',
      {
        class: 'link',
        attributes: { type: 'button', role: 'link', title: visibleText(link.href) },
        onClick: () => this.#onLink(link.href),
      },
      this.#inline(link.tokens, depth),
    );
    return [made];
  }
}
