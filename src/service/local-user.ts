/**
 * The one user of the local store. Its secret is 256 random bits, generated at each start, so slow password hashing would protect
 * nothing and only delay each sign-in. This process compares the secret itself and gives whoever has it a token that the database
 * accepts. The key that signs the token never leaves this process; the database gets the public key.
 */
import { generateKeyPairSync, randomBytes, sign, timingSafeEqual, type KeyObject } from 'node:crypto';
import * as v from 'valibot';
import { DATABASE, DATABASE_USER, NAMESPACE } from '../store/schema/database-name.ts';
import type { Engine } from './engine.ts';

const TOKEN_SECONDS = 12 * 60 * 60;

const SignInSchema = v.strictTuple([
  v.strictObject({ ns: v.literal(NAMESPACE), db: v.literal(DATABASE), user: v.literal(DATABASE_USER), pass: v.string() }),
]);

export class LocalUser {
  /** The secret that a client signs in with; 64 hexadecimal digits. */
  readonly secret: string;
  readonly #key: KeyObject;

  private constructor(key: KeyObject) {
    this.secret = randomBytes(32).toString('hex');
    this.#key = key;
  }

  /** Defines the user in the database. Earlier ways to sign in are removed. */
  static async define(engine: Engine): Promise<LocalUser> {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    await engine.query(
      `REMOVE USER IF EXISTS ${DATABASE_USER} ON DATABASE;
       DEFINE ACCESS OVERWRITE ${DATABASE_USER} ON DATABASE TYPE JWT ALGORITHM EDDSA KEY '${pem}' DURATION FOR SESSION NONE`,
    );
    return new LocalUser(privateKey);
  }

  /**
   * @param params of a sign-in, from outside
   * @returns a token that the database accepts; null when name or secret is wrong
   */
  tokenFor(params: unknown): string | null {
    const signIn = v.safeParse(SignInSchema, params);
    return signIn.success && this.#isSecret(signIn.output[0].pass) ? this.#token() : null;
  }

  #isSecret(given: string): boolean {
    const [ours, theirs] = [Buffer.from(this.secret), Buffer.from(given)];
    return ours.length === theirs.length && timingSafeEqual(ours, theirs);
  }

  /** Clients may only read and append: the role can change neither read-only rows nor the schema. */
  #token(): string {
    const exp = Math.floor(Date.now() / 1000) + TOKEN_SECONDS;
    const claims = { exp, NS: NAMESPACE, DB: DATABASE, AC: DATABASE_USER, RL: ['Viewer'] };
    const signed = `${base64url({ alg: 'EdDSA', typ: 'JWT' })}.${base64url(claims)}`;
    return `${signed}.${sign(null, Buffer.from(signed), this.#key).toString('base64url')}`;
  }
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
