/** A session of which every text would act if it were ever taken for more than text. */
import { lines, SESSION, type RecordSpec } from './records.ts';

/** Set by whatever runs: `globalThis.__ran`. Addresses that must never be asked for are of this host. */
export const HOSTILE_HOST = 'hostile.invalid';

const RUN = 'globalThis.__ran=true';

/** What is tried, one text each. */
export const HOSTILE_TEXTS: readonly string[] = [
  `<script>${RUN}</script>`,
  `<img src=x onerror="${RUN}">`,
  `<img src="http://${HOSTILE_HOST}/pixel.png">`,
  `"><svg/onload=${RUN}>`,
  `<iframe src="http://${HOSTILE_HOST}/" srcdoc="<script>parent.${RUN}</script>"></iframe>`,
  `<style>@import 'http://${HOSTILE_HOST}/x.css';*{display:none}</style><link rel=stylesheet href=http://${HOSTILE_HOST}/y.css>`,
  `<base href="http://${HOSTILE_HOST}/"><form action="http://${HOSTILE_HOST}/" autofocus onfocus=${RUN}><input autofocus onfocus=${RUN}>`,
  `<meta http-equiv="refresh" content="0;url=http://${HOSTILE_HOST}/">`,
  `<a href="javascript:${RUN}">a</a> javascript:${RUN}`,
  `[click](command:workbench.action.terminal.new) [x](command:riff.revert?%5B%5D) ![p](http://${HOSTILE_HOST}/md.png)`,
  `**bold** $(warning) <b onmouseover="${RUN}">b</b> \`\`\`\n# heading\n\`\`\` | a | b |`,
  `\${${RUN}} {{constructor.constructor('${RUN}')()}} %s %c {0} {1}`,
  'safe \u202Egnp.exe\u202C \u2066isolate\u2069 \u200Fmark\u200E \u061C',
  '\u001b[31mred\u001b[0m \u001b]0;title\u0007 \u001b]8;;http://hostile.invalid/\u0007link\u001b]8;;\u0007 \u009b2J \u0000 \u0008\u007f',
  '\uFEFF\u200B\u2060\u00AD zero width',
  '\u{1F468}\u200D\u{1F469}\u200D\u{1F467} ' + 'Z\u0351\u036B\u0343\u036A\u0302\u036B'.repeat(400),
  '\uD800 lone \uDFFF',
  '__proto__',
  'constructor',
  'toString',
];

/** A picture that says it is 60,000 by 60,000 points: 14 GB when drawn. */
const BOMB = pngHeader(60_000, 60_000);

/**
 * The transcript's text; its records name each other by the hostile texts themselves.
 * @param large characters of the longest words
 */
export function hostileSession(large = 1_000_000): string {
  const word = 'w'.repeat(large);
  const specs: RecordSpec[] = [];
  let parent: string | null = null;
  const add = (spec: RecordSpec): void => {
    specs.push(spec);
    parent = spec.id;
  };
  HOSTILE_TEXTS.forEach((text, i) => {
    const before = HOSTILE_TEXTS[i - 1];
    const result = { type: 'tool_result', tool_use_id: `call ${i - 1} ${before}`, content: before };
    add({
      id: text,
      parent,
      content: before === undefined ? text : [result, { type: 'text', text }],
      extra: { gitBranch: text, cwd: text, version: text },
    });
    add({ id: `${text} answer`, parent, type: 'assistant', messageId: text, content: answer(text, `call ${i} ${text}`) });
    // A record whose parent is nowhere, named like the text: a finding with suggestions.
    if (i % 4 === 0)
      add({ id: `${text} orphan`, parent: `${text} nowhere`, type: 'progress', extra: { data: { hookEvent: text, type: text } } });
  });
  add({ id: 'word', parent, content: word });
  add({ id: 'word-tool', parent, type: 'assistant', content: answer(word, 'call word') });
  add({ id: 'word-result', parent, content: [{ type: 'tool_result', tool_use_id: 'call word', content: word }] });
  add({ id: 'u'.repeat(20_000), parent, content: 'a very long name' });
  add({
    id: 'bomb',
    parent,
    content: [
      picture(BOMB),
      picture('A'.repeat(large * 4)),
      { type: 'image', source: { type: 'url', url: `http://${HOSTILE_HOST}/i.png` } },
    ],
  });
  add({ id: 'last', parent, extra: { gitBranch: word, version: '\u202E<b>9</b>' } });
  return lines(specs).replace(
    '"userType"',
    `"__proto__":{"isAdmin":true,"uuid":"polluted"},"constructor":{"prototype":{"isAdmin":true}},"userType"`,
  );
}

/** Name of the session's file: as hostile as file systems allow. */
export const HOSTILE_FILE = `<img src=x onerror=globalThis.__ran=1> \u202Egnp ${SESSION}.jsonl`;

function answer(text: string, call: string): unknown[] {
  return [
    { type: 'thinking', thinking: text, signature: '' },
    { type: 'text', text },
    { type: 'tool_use', id: call, name: text, input: { command: text, [text.slice(0, 200)]: text, ['__proto__']: text } },
    { type: text, text },
  ];
}

function picture(data: string): unknown {
  return { type: 'image', source: { type: 'base64', media_type: 'image/png', data } };
}

function pngHeader(width: number, height: number): string {
  const bytes = Buffer.from('89504e470d0a1a0a0000000d4948445200000000000000000806000000', 'hex');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes.toString('base64');
}
