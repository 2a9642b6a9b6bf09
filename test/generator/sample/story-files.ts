/** Contents of the tea shop's files, as the session of the sample reads and writes them. */
export const STORY_FILES = {
  server: `import { createServer } from 'node:http';
import { catalog } from './routes/catalog.ts';
import { cart } from './routes/cart.ts';

const routes = {
  '/': catalog,
  '/cart': cart,
};

createServer(async (request, response) => {
  const client = request.socket.remoteAddress ?? 'unknown';
  const route = routes[new URL(request.url ?? '/', ORIGIN).pathname] ?? notFound;
  await route(request, response, client);
}).listen(8080);`,
  session: `import { createHmac } from 'node:crypto';

export interface Session {
  cart: CartLine[];
}

/** Reads the signed cookie; an unsigned one counts as none. */
export function getSession(request: Request): Session {
  const cookie = parseCookie(request.headers.cookie);
  return cookie === null ? { cart: [] } : verify(cookie);
}`,
  layout: `export function layout(title: string, body: string): string {
  return \`<!doctype html>
<title>\${title} · Tea shop</title>
<nav><a href="/">Teas</a> <a href="/cart">Cart</a></nav>
<main>\${body}</main>\`;
}`,
  customers: `create table customers (
  id integer primary key,
  email text not null unique,
  name text not null,
  password_hash text,
  created_at text not null default current_timestamp
);`,
  db: `export async function findCustomerByEmail(email: string): Promise<Customer | null> {
  const row = await db.get('select * from customers where email = ?', email.toLowerCase());
  return row ?? null;
}`,
  passwordTest: `import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from '../src/lib/password.ts';

test('accepts the right password', async () => {
  expect(await verifyPassword('darjeeling', await hashPassword('darjeeling'))).toBe(true);
});

test('refuses a wrong password', async () => {
  expect(await verifyPassword('assam', await hashPassword('darjeeling'))).toBe(false);
});

test('gives different hashes for the same password', async () => {
  expect(await hashPassword('oolong')).not.toBe(await hashPassword('oolong'));
});`,
  password: `import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(scrypt);

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, 32);
  return ['scrypt', salt.toString('base64'), key.toString('base64')].join('$');
}

export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [, salt, key] = stored.split('$');
  const wanted = Buffer.from(key, 'base64');
  return timingSafeEqual(wanted, await derive(password, Buffer.from(salt, 'base64'), 32));
}`,
  loginView: `export function loginForm(error: string | null, next: string): string {
  return \`<form class="form" method="post" action="/login">
  \${error === null ? '' : \`<p role="alert">\${escape(error)}</p>\`}
  <label>Email <input name="email" type="email" autocomplete="username" required></label>
  <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
  <input type="hidden" name="next" value="\${escape(next)}">
  <button>Sign in</button>
</form>\`;
}`,
  loginRoute: `import { findCustomerByEmail } from '../lib/db.ts';
import { verifyPassword } from '../lib/password.ts';
import { loginForm } from '../views/login.ts';

const WRONG = 'Email and password do not match.';

export async function login(request: Request, response: Response, client: string): Promise<void> {
  if (request.method === 'GET') return page(200, loginForm(null, nextOf(request)));
  const { email, password, next } = await formOf(request);
  const customer = await findCustomerByEmail(email);
  const hash = customer?.passwordHash ?? DUMMY_HASH;
  if (!(await verifyPassword(password, hash)) || customer === null) return page(401, loginForm(WRONG, next));
  setSession(response, { ...getSession(request), userId: customer.id });
  redirect(response, local(next));
}

function local(next: string): string {
  return next.startsWith('/') && !next.startsWith('//') ? next : '/';
}`,
  cartTest: `import { expect, test } from 'vitest';
import { request } from './request.ts';

test('an empty cart says so', async () => {
  expect(await request('/cart')).toContain('Your cart is empty');
});`,
  loginTest: `import { expect, test } from 'vitest';
import { request, signIn } from './request.ts';

test('shows the form', async () => {
  expect(await request('/login')).toContain('Sign in');
});

test('refuses a wrong password', async () => {
  expect((await signIn('mia@example.org', 'assam')).status).toBe(401);
});

test('signs in', async () => {
  expect((await signIn('mia@example.org', 'darjeeling')).cookie).toContain('session=');
});

test('goes back to the cart', async () => {
  expect((await signIn('mia@example.org', 'darjeeling', '/cart')).location).toBe('/cart');
});

test('does not leave the shop', async () => {
  expect((await signIn('mia@example.org', 'darjeeling', '/%2F%2Fevil.example')).location).toBe('/');
});`,
  attempts: `const WINDOW = 10 * 60_000;
const MOST = 5;

/** Counts failed attempts to sign in, per address and per client. */
export function createAttempts(now: () => number) {
  const failures = new Map<string, number[]>();
  const recent = (key: string) => (failures.get(key) ?? []).filter((at) => now() - at < WINDOW);
  return {
    blocked: (email: string, client: string) => [email, client].some((key) => recent(key).length >= MOST),
    failed: (email: string, client: string) => {
      for (const key of [email, client]) failures.set(key, [...recent(key), now()]);
    },
  };
}`,
  css: `body {
  font-family: system-ui, sans-serif;
  margin: 2rem auto;
  max-width: 60rem;
}

.form {
  width: 420px;
  display: grid;
  gap: 0.75rem;
}

.form button {
  justify-self: end;
}`,
} as const;
