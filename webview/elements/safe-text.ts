/** Makes invisible characters visible: control characters as their symbols, direction marks as their code points. */
export function visibleText(text: string): string {
  let shown = '';
  let copied = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (!isUnseen(code)) continue;
    shown += text.slice(copied, i) + picture(code);
    copied = i + 1;
  }
  return copied === 0 ? text : shown + text.slice(copied);
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const DELETE = 0x7f;
const CONTROL_PICTURES = 0x2400;

/** Control characters and those that change direction or width of text; joiners stay, because emoji and letters need them. */
function isUnseen(code: number): boolean {
  if (code < 0x20) return code !== TAB && code !== LINE_FEED;
  if (code < DELETE) return false;
  return (
    code <= 0x9f ||
    code === 0x061c ||
    code === 0x200b ||
    code === 0x200e ||
    code === 0x200f ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x2069) ||
    code === 0xfeff
  );
}

function picture(code: number): string {
  if (code === CARRIAGE_RETURN) return '';
  if (code < 0x20) return String.fromCharCode(CONTROL_PICTURES + code);
  if (code === DELETE) return '\u2421';
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
