import type { Random } from './random.ts';

/* Word lists of software talk; sentences are drawn from them, so that a session reads like one on screen. */

const VERBS =
  'add fix move rename extract check update remove test split cache validate log guard retry parse sort group load store render document simplify inline replace measure'.split(
    ' ',
  );
const DOING =
  'adding fixing moving checking updating removing testing splitting caching validating logging parsing sorting loading rendering replacing'.split(
    ' ',
  );
const THINGS =
  'the login form|the cart total|the price filter|the session cookie|the retry loop|the search index|the checkout page|the address field|the error message|the date picker|the upload queue|the mail template|the stock counter|the product list|the sign-in route|the password rule|the tax table|the currency format|the image cache|the rate limit|the audit log|the discount code|the order number|the page header'.split(
    '|',
  );
const PLACES =
  'in src/cart.ts|in src/routes/login.ts|in the middleware|in the tests|in the form component|in the API layer|in src/store/orders.ts|in the service worker|in the migration|in the settings page|in src/lib/money.ts|in the build script'.split(
    '|',
  );
const WHY =
  'because the old one fails when the list is empty|so that a reload keeps the state|since two requests can race here|as the types already say so|because the tests depend on the clock|so that the message names the field|since the server answers in cents|because the header is read twice|so that screen readers announce it|as the cookie is set too late'.split(
    '|',
  );
const OBSERVED =
  'The test passes now|The function returns early there|The type was wider than needed|Nothing else uses it|The build is green|Two callers still pass a string|The value is rounded twice|The handler was registered twice|The order of the hooks matters here|The old path is still imported once'.split(
    '|',
  );
const HEDGE = 'I think|As far as I see,|It looks as if|So|Then|Now|First|Next,'.split('|');
const ASK = 'please|could you|can you|now|next,|also'.split('|');
const CODE_NAMES =
  'total item price user session token order line cart query result form field error status page index count limit offset'.split(' ');
const FILES =
  'src/cart.ts src/routes/login.ts src/routes/checkout.ts src/components/LoginForm.tsx src/store/orders.ts src/lib/money.ts src/lib/session.ts test/login.test.ts test/cart.test.ts src/server.ts package.json README.md src/styles/form.css src/api/client.ts src/components/CartTable.tsx'.split(
    ' ',
  );

/** Text of any length from pools made once per generator; drawing is cheap. */
export interface Writer {
  sentence(): string;
  /** Sentences up to about `length` characters, never longer. */
  prose(length: number): string;
  prompt(length: number): string;
  /** Source code of about `length` characters. */
  code(length: number): string;
  /** Numbered lines, as the Read tool shows a file. */
  listing(length: number): string;
  /** Output of a command. */
  output(length: number): string;
  file(): string;
}

const POOL = 400;

export function createWriter(random: Random): Writer {
  const sentences: string[] = [];
  const requests: string[] = [];
  const codeLines: string[] = [];
  const outputLines: string[] = [];
  for (let i = 0; i < POOL; i += 1) {
    sentences.push(makeSentence(random));
    requests.push(makeRequest(random));
    codeLines.push(makeCodeLine(random));
    outputLines.push(makeOutputLine(random));
  }
  const fill = (pool: readonly string[], between: string, length: number): string => {
    let out = '';
    while (out.length < length) out += (out === '' ? '' : between) + random.pick(pool);
    return cut(out, length);
  };
  return {
    sentence: () => random.pick(sentences),
    prose: (length) => fill(sentences, random.chance(0.2) ? '\n\n' : ' ', length),
    prompt: (length) => fill(requests, ' ', length),
    code: (length) => fill(codeLines, '\n', length),
    listing: (length) => {
      let out = '';
      for (let n = 1; out.length < length; n += 1) {
        out += `${n === 1 ? '' : '\n'}${String(n).padStart(6)}→${random.pick(codeLines)}`;
      }
      return cut(out, length);
    },
    output: (length) => fill(outputLines, '\n', length),
    file: () => random.pick(FILES),
  };
}

/** Cuts at the length, without ending in a blank. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, Math.max(1, Math.floor(length))).trimEnd();
}

function makeSentence(random: Random): string {
  const thing = random.pick(THINGS);
  switch (random.int(0, 4)) {
    case 0:
      return `${random.pick(OBSERVED)}.`;
    case 1:
      return `${random.pick(HEDGE)} ${random.pick(VERBS)} ${thing} ${random.pick(PLACES)} ${random.pick(WHY)}.`;
    case 2:
      return `I'll ${random.pick(VERBS)} ${thing} ${random.pick(PLACES)}.`;
    case 3:
      return `${random.pick(DOING).replace(/^./, (c) => c.toUpperCase())} ${thing} comes first, ${random.pick(WHY)}.`;
    default:
      return `Let me ${random.pick(VERBS)} ${thing} and then ${random.pick(VERBS)} ${random.pick(THINGS)}.`;
  }
}

function makeRequest(random: Random): string {
  return random.chance(0.3)
    ? `why does ${random.pick(THINGS)} ${random.pick(PLACES)} fail?`
    : `${random.pick(ASK)} ${random.pick(VERBS)} ${random.pick(THINGS)} ${random.pick(PLACES)}.`;
}

function makeCodeLine(random: Random): string {
  const a = random.pick(CODE_NAMES);
  const b = random.pick(CODE_NAMES);
  switch (random.int(0, 5)) {
    case 0:
      return `const ${a} = await ${b}.load(${String(random.int(1, 99))});`;
    case 1:
      return `  if (${a} === undefined) return null;`;
    case 2:
      return `  return ${a}.map((${b}) => ${b}.id);`;
    case 3:
      return `export function ${a}${b.replace(/^./, (c) => c.toUpperCase())}(${b}: string): number {`;
    case 4:
      return `  // ${random.pick(OBSERVED).toLowerCase()}`;
    default:
      return `  expect(${a}.${b}).toBe("${random.pick(CODE_NAMES)}");`;
  }
}

function makeOutputLine(random: Random): string {
  switch (random.int(0, 3)) {
    case 0:
      return ` ✓ ${random.pick(FILES)} (${String(random.int(1, 20))} tests) ${String(random.int(2, 900))}ms`;
    case 1:
      return `${random.pick(FILES)}:${String(random.int(1, 400))}: ${random.pick(CODE_NAMES)} ${random.pick(CODE_NAMES)}`;
    case 2:
      return `Test Files  ${String(random.int(1, 9))} passed (${String(random.int(1, 9))})`;
    default:
      return `drwxr-xr-x  ${String(random.int(1, 9))} dev dev ${String(random.int(100, 9000))} ${random.pick(FILES)}`;
  }
}
