import type { TurnPlan } from '../plan.ts';
import { STORY_FILES as files } from './story-files.ts';
import { atOnce, bash, edit, explore, glob, grep, read, say, turn, write } from './story-tools.ts';

/** A session in which a small tea shop gets a login form. */
export const STORY: readonly TurnPlan[] = [
  turn(
    41,
    'Our tea shop has no login yet. Please look at how the server and the pages are put together, then tell me where a login form would go. Do not change anything yet.',
    say(
      'The user wants an overview first, no changes. I should find the entry point of the server and the page templates.',
      "I'll look at the layout of the project first.",
      glob('src/**/*.ts', [
        'src/server.ts',
        'src/routes/catalog.ts',
        'src/routes/cart.ts',
        'src/lib/session.ts',
        'src/lib/db.ts',
        'src/views/layout.ts',
        'src/views/catalog.ts',
      ]),
    ),
    atOnce(
      'Three files matter: the server, the session helper and the layout. I can read them at once.',
      'Now the three files that matter.',
      [read('src/server.ts', files.server), read('src/lib/session.ts', files.session), read('src/views/layout.ts', files.layout)],
      [0, 2, 1],
    ),
    say(
      'Where is the session used? Only in the cart, I think. Let me check.',
      null,
      grep(
        'getSession',
        "src/lib/session.ts:9:export function getSession(request: Request): Session {\nsrc/routes/cart.ts:4:import { getSession } from '../lib/session.ts';\nsrc/routes/cart.ts:17:  const session = getSession(request);",
      ),
    ),
    say(
      'There is a cookie session already, without a user. The login can put the user id there.',
      'Here is how the shop is put together:\n\n- `src/server.ts` maps paths to route functions.\n- `src/routes/` has the catalog and the cart; each returns HTML from `src/views/`.\n- `src/lib/session.ts` keeps a signed cookie with the cart, but no user.\n\nA login form would be a new route `src/routes/login.ts` with a view beside it. The session gets a `userId`, and the layout shows the name when there is one.',
    ),
  ),

  turn(
    118,
    'Good. Is there a users table already? Have an agent look through the migrations and the database helpers so that we do not fill up this conversation.',
    say(
      'The user asks for an agent. An Explore agent fits: it reads the migrations and reports.',
      "I'll send an agent through the migrations.",
      explore(
        'Find the users table',
        'Look through migrations/ and src/lib/db.ts of the tea shop. Is there a table for users or customers? Report its columns, how passwords are stored, and which helper functions read it.',
        [
          say(
            null,
            "I'll list the migrations.",
            bash('ls migrations', 'List migrations', '001_catalog.sql\n002_cart.sql\n003_customers.sql'),
          ),
          say(null, null, read('migrations/003_customers.sql', files.customers)),
          say(null, null, read('src/lib/db.ts', files.db)),
        ],
        'There is a table `customers` (migration 003): id, email (unique), name, password_hash, created_at. No code writes password_hash yet. `findCustomerByEmail` in src/lib/db.ts reads a row by its address; nothing else uses the table.',
      ),
    ),
    say(
      'Good: the table exists, with a hash column, and there is a finder.',
      'There is one: `customers` with `email`, `name` and `password_hash`, made in migration 003. `findCustomerByEmail` reads it. Nothing fills `password_hash` yet, so we decide how passwords are hashed. I suggest `scrypt` from Node, without a new dependency.',
    ),
  ),

  turn(
    64,
    'scrypt is fine. Write the password helper with tests first.',
    say(
      'Helper: hashPassword and verifyPassword, format scrypt$salt$hash, constant-time comparison. Tests before code.',
      'Tests first.',
      write('test/password.test.ts', files.passwordTest),
    ),
    say(null, null, write('src/lib/password.ts', files.password)),
    say(
      null,
      'Now the tests.',
      bash(
        'npx vitest run test/password.test.ts',
        'Run the password tests',
        ' ✓ test/password.test.ts (3 tests) 412ms\n   ✓ accepts the right password\n   ✓ refuses a wrong password\n   ✓ gives different hashes for the same password\n\n Test Files  1 passed (1)\n      Tests  3 passed (3)',
        3.2,
      ),
    ),
    say(
      'All three pass. Short summary.',
      'The helper is in `src/lib/password.ts`: `hashPassword` and `verifyPassword`, with a random salt and a comparison in constant time. Three tests pass.',
    ),
  ),

  turn(
    95,
    'Now the login form itself: email and password, an error message when they do not match, and after signing in back to the page one came from.',
    say(
      'Back to the page one came from: a `next` field, but only local paths, otherwise it is an open redirect. Keep that in mind.',
      'First the view.',
      write('src/views/login.ts', files.loginView),
    ),
    say('Then the route. `next` must start with one slash and not two.', null, write('src/routes/login.ts', files.loginRoute)),
    say(null, 'The server has to know the route.', edit('src/server.ts', "  '/cart': cart,", "  '/cart': cart,\n  '/login': login,")),
    say(
      'The session needs a user id.',
      null,
      edit(
        'src/lib/session.ts',
        'export interface Session {\n  cart: CartLine[];',
        'export interface Session {\n  cart: CartLine[];\n  userId: number | null;',
      ),
    ),
    say(
      null,
      'Let me check the types.',
      bash(
        'npx tsc --noEmit',
        'Check types',
        "src/routes/cart.ts(18,9): error TS2741: Property 'userId' is missing in type '{ cart: CartLine[]; }' but required in type 'Session'.",
        2.6,
        true,
      ),
    ),
    say(
      'cart.ts makes an empty session by itself. Better a helper emptySession().',
      'The cart makes an empty session by itself; it should use a helper.',
      edit('src/routes/cart.ts', '  const session = existing ?? { cart: [] };', '  const session = existing ?? emptySession();'),
    ),
    say(null, null, bash('npx tsc --noEmit', 'Check types again', '', 2.4)),
    say(
      'Types are clean. The form is done; tests for the route come next.',
      'The form is there. `/login` shows email and password; a wrong pair shows one message for both cases, so nobody learns which addresses exist. After signing in one is sent back to `next`, which must be a local path.',
    ),
  ),

  turn(
    210,
    'Please add tests for the route, also for the redirect with a foreign address.',
    say(
      'Test cases: form shown, wrong password, right password sets the cookie, next=/cart, next=//evil.example goes to /.',
      "I'll look at how the cart is tested, to do it the same way.",
      read('test/cart.test.ts', files.cartTest),
    ),
    say('There is a helper `request()`. Good.', null, write('test/login.test.ts', files.loginTest)),
    say(
      null,
      'Running them.',
      bash(
        'npx vitest run test/login.test.ts',
        'Run the login tests',
        " ❯ test/login.test.ts (5 tests | 1 failed) 611ms\n   ✓ shows the form\n   ✓ refuses a wrong password\n   ✓ signs in\n   ✓ goes back to the cart\n   × does not leave the shop\n     → expected '/%2F%2Fevil.example' to be '/'",
        4.4,
        true,
      ),
    ),
    say(
      'The check happens before decoding: "/%2F%2Fevil.example" starts with one slash. Decode with URL and compare the origin.',
      "A real hole: an encoded address slips past the check. I'll resolve it against our own origin instead of looking at its first letters.",
      edit(
        'src/routes/login.ts',
        "  return next.startsWith('/') && !next.startsWith('//') ? next : '/';",
        "  const target = new URL(decodeURIComponent(next), ORIGIN);\n  return target.origin === ORIGIN ? target.pathname + target.search : '/';",
      ),
    ),
    say(
      null,
      null,
      bash(
        'npx vitest run test/login.test.ts',
        'Run the login tests again',
        ' ✓ test/login.test.ts (5 tests) 588ms\n\n Test Files  1 passed (1)\n      Tests  5 passed (5)',
        4.1,
      ),
    ),
    say(
      'All five pass, and the hole is closed. Say that the test found it.',
      "All five pass. The test for foreign addresses found a real hole: an encoded `//` went through. The address is now resolved against the shop's own origin.",
    ),
  ),

  turn(
    37,
    "Nice catch. Show the customer's name in the header, with a sign-out button.",
    say(
      'Layout gets the session. Sign-out must be a POST.',
      'The layout needs the session.',
      edit(
        'src/views/layout.ts',
        'export function layout(title: string, body: string): string {',
        'export function layout(title: string, body: string, customer: Customer | null): string {',
      ),
    ),
    say(
      null,
      null,
      edit(
        'src/views/layout.ts',
        '<nav><a href="/">Teas</a> <a href="/cart">Cart</a></nav>',
        '<nav><a href="/">Teas</a> <a href="/cart">Cart</a> ${account(customer)}</nav>',
      ),
    ),
    atOnce(
      'Both callers of layout need the third argument.',
      'Two pages call it.',
      [
        edit('src/views/catalog.ts', "layout('Teas', list)", "layout('Teas', list, customer)"),
        edit('src/views/cart.ts', "layout('Cart', table)", "layout('Cart', table, customer)"),
      ],
      [0, 1],
    ),
    say(
      null,
      'And everything once more.',
      bash(
        'npm test',
        'Run all tests',
        ' ✓ test/catalog.test.ts (4 tests) 96ms\n ✓ test/cart.test.ts (6 tests) 143ms\n ✓ test/password.test.ts (3 tests) 405ms\n ✓ test/login.test.ts (5 tests) 577ms\n\n Test Files  4 passed (4)\n      Tests  18 passed (18)',
        5.3,
      ),
    ),
    say(
      'Done; mention that sign-out is a POST form.',
      'The header greets the customer by name and has a sign-out button. It is a small form with POST, so that no link or image can sign anybody out. 18 tests pass.',
    ),
  ),

  turn(
    320,
    'A customer could try passwords all day. What is the simplest thing against that?',
    say(
      'Rate limit per address and per account. Simplest: a counter in memory with a window; note that it is lost on restart and is per process.',
      "The simplest thing that works here is a counter of failed attempts, per email address and per client. Let me see whether the server knows the client's address.",
      grep('remoteAddress', "src/server.ts:31:  const client = request.socket.remoteAddress ?? 'unknown';"),
    ),
    say('It does. Write lib/attempts.ts.', null, write('src/lib/attempts.ts', files.attempts)),
    say(
      null,
      null,
      edit(
        'src/routes/login.ts',
        '  const customer = await findCustomerByEmail(email);',
        "  if (attempts.blocked(email, client)) return page(429, 'Too many attempts. Please wait a few minutes.');\n  const customer = await findCustomerByEmail(email);",
      ),
    ),
    say(
      'Explain limits honestly.',
      'After five failures within ten minutes, that address has to wait. The counter lives in memory: it forgets when the server restarts and each process has its own. For one small server that is enough; with several it belongs in the database.',
    ),
  ),

  turn(
    52,
    'One process is what we have. Can you see the form in a browser size of a phone? The button was cut off in the cart last week.',
    say('Check the CSS for the form: width in px?', "I'll check the styles first.", read('public/shop.css', files.css)),
    say(
      '`.form { width: 420px }` is the reason. Use max-width.',
      'The form has a fixed width of 420 pixels; on a phone it runs over the edge.',
      edit('public/shop.css', '.form {\n  width: 420px;', '.form {\n  max-width: 420px;\n  width: 100%;'),
    ),
    say(
      'Same rule serves the cart, so both are fixed.',
      'Fixed: the form now shrinks with the screen. The cart uses the same rule, so its button is whole again too.',
    ),
  ),

  turn(
    75,
    'Great, please commit it with a good message.',
    say(
      null,
      null,
      bash(
        'git status --short',
        'See what changed',
        ' M public/shop.css\n M src/lib/session.ts\n M src/routes/cart.ts\n M src/server.ts\n M src/views/cart.ts\n M src/views/catalog.ts\n M src/views/layout.ts\n?? src/lib/attempts.ts\n?? src/lib/password.ts\n?? src/routes/login.ts\n?? src/views/login.ts\n?? test/login.test.ts\n?? test/password.test.ts',
        0.2,
      ),
    ),
    say(
      'One commit, message in the imperative.',
      null,
      bash(
        'git add -A && git commit -qm "Add login: form, sign-out, limit on attempts" && git log --oneline -1',
        'Commit',
        '4be19d2 Add login: form, sign-out, limit on attempts',
        0.3,
      ),
    ),
    say('Report.', 'Committed as `4be19d2`: "Add login: form, sign-out, limit on attempts". 13 files, 18 tests green.'),
  ),
];
