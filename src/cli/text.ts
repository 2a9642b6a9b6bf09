/** Control characters, and those that turn the direction of text: from a transcript they could take over the terminal. */
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Text from files as it may stand in one line of a terminal. */
export function visible(text: string): string {
  return text.replace(UNSAFE, '�');
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
