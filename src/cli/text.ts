/** Control characters, and those that turn the direction of text: from a transcript they could take over the terminal. */
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Text from files as it may stand in one line of a terminal. */
export function visible(text: string): string {
  return text.replace(UNSAFE, '�');
}

/** Colours as `Style` writes them, which are all that Riff itself tells a terminal in a line, line ends of CSV, and what is unsafe. */
const STYLE_OR_UNSAFE = new RegExp(`\\r\\n|\\u001b\\[(?:31|32|33|39|1|2|22)m|${UNSAFE.source}`, 'gu');

/**
 * Lines as they may reach a terminal, whoever made them: the last look, which relies on no caller. Line breaks, tabs and colours stay;
 * in JSON, where these characters stand in strings only, the others are escaped and so keep their meaning.
 */
export function terminalSafe(text: string): string {
  const isJson = /^[{[]/u.test(text);
  return text.replace(STYLE_OR_UNSAFE, (found) => {
    if (found.length > 1 || found === '\n' || found === '\t') return found;
    return isJson ? `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}` : '�';
  });
}

/** The start of an id, as people compare them. */
export function shortId(id: string): string {
  return id.length > 8 ? `${visible(id.slice(0, 8))}…` : visible(id);
}

/**
 * Breaks text at spaces.
 * @param width of a line in characters; words that are longer stay whole
 */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
