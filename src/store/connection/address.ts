/** How to sign in to a database. */
export type Authentication =
  /** A system user. Riff asks for no more than the role VIEWER. */
  | {
      readonly kind: 'user';
      readonly level: 'root' | 'namespace' | 'database';
      readonly username: string;
      readonly password: string;
    }
  /** A record user: the access method gets the two as `$user` and `$pass`. */
  | { readonly kind: 'record'; readonly access: string; readonly username: string; readonly password: string }
  /** A token that somebody else has issued; it is not renewed. */
  | { readonly kind: 'token'; readonly token: string };

export interface DatabaseAddress {
  /** ws:// or wss:// with the path of the RPC. */
  readonly url: string;
  readonly namespace: string;
  readonly database: string;
  readonly auth: Authentication;
  /** The engine there ships with Riff, so its version need not be checked; the check takes 10 ms of computing. */
  readonly isOurs?: true;
}
