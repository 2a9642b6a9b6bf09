import * as vscode from 'vscode';
import { StoreError, type EventStore } from '../../core/log/store.ts';
import { environmentOf, storeName, type RemoteSettings } from '../../store/remote/remote-settings.ts';
import { connectLocalStore } from './connect-local.ts';
import type { StateListener, StoreConnector } from './store-access.ts';
import { placeName, remoteOf, secretKey, storeChoice, withAuth, type StoreChoice, type StoreValues } from './store-choice.ts';

/** The store that the window's settings and environment name, with the secrets that belong to it. */
export class ConfiguredStore implements StoreConnector {
  readonly #dist: string;
  readonly #secrets: vscode.SecretStorage;
  readonly #watched: (store: EventStore) => EventStore;
  /** What was chosen when the store was opened last; null: it never was. */
  #opened: string | null = null;

  /**
   * @param dist absolute path of the folder with the service's bundle
   * @param watched the same store, which has what passes through it remembered
   */
  constructor(dist: string, secrets: vscode.SecretStorage, watched: (store: EventStore) => EventStore) {
    this.#dist = dist;
    this.#secrets = secrets;
    this.#watched = watched;
  }

  get place(): string | null {
    try {
      const named = namedStore();
      return named === null ? null : placeName(named);
    } catch (error) {
      if (error instanceof StoreError) return 'a store that cannot be told from the settings';
      throw error;
    }
  }

  get name(): string {
    return storeName(namedStore());
  }

  /**
   * Whether settings name another store, or another way to sign in, than the one that was opened. VS Code tells of changes that have no
   * effect as well: of what a folder says that is not trusted, or that another setting overrides.
   */
  get isOther(): boolean {
    return chosenStore() !== this.#opened;
  }

  async environment(): Promise<Readonly<Record<string, string>>> {
    return environmentOf(await this.#remote(currentChoice()));
  }

  async connect(onState: StateListener): Promise<EventStore> {
    this.#opened = chosenStore();
    const remote = await this.#remote(currentChoice());
    if (remote === null) return this.#watched(await connectLocalStore(this.#dist, onState));
    const { openRemoteStore } = await import('../../store/open-store.ts');
    return this.#watched(await openRemoteStore(remote, onState));
  }

  /** Asks for the secret of the store that the settings name. @returns whether there is one now */
  async signIn(): Promise<boolean> {
    const values = settingsValues('Nothing to sign in to: the setting riff.store.url names no store.');
    if (values === null) return false;
    const what = values.signIn === 'token' ? 'Token' : `Password of ${values.user}`;
    const secret = await vscode.window.showInputBox({
      title: 'Sign In to Store',
      prompt: `${what} for ${placeName(withAuth(values, { kind: 'token', token: '' }))}. It is kept in the secret storage of VS Code.`,
      password: true,
      ignoreFocusOut: true,
    });
    if (secret === undefined || secret === '') return false;
    await this.#secrets.store(secretKey(values), secret);
    return true;
  }

  /** Forgets the secret of the store that the settings name. @returns whether there was a store to forget it of */
  async signOut(): Promise<boolean> {
    const values = settingsValues('Nothing to sign out of: the setting riff.store.url names no store.');
    if (values === null) return false;
    await this.#secrets.delete(secretKey(values));
    return true;
  }

  async #remote(choice: StoreChoice): Promise<RemoteSettings | null> {
    if (choice.kind === 'local') return null;
    if (choice.kind === 'environment') return choice.settings;
    const { values, environmentAuth } = choice;
    const secret = await this.#secrets.get(secretKey(values));
    return secret === undefined && environmentAuth !== null ? withAuth(values, environmentAuth) : remoteOf(values, secret);
  }
}

/** @throws StoreError `misconfigured` */
function currentChoice(): StoreChoice {
  const settings = vscode.workspace.getConfiguration('riff.store');
  return storeChoice({ get: (name) => settings.get(name), ofUser: (name) => settings.inspect(name)?.globalValue }, process.env);
}

/** What settings and environment choose, or what is wrong with them, to be compared. */
function chosenStore(): string {
  try {
    return JSON.stringify(currentChoice());
  } catch (error) {
    if (error instanceof StoreError) return error.message;
    throw error;
  }
}

/** Where the store is; null: on this machine. Says nothing of how to sign in. */
function namedStore(): Pick<RemoteSettings, 'address'> | null {
  const choice = currentChoice();
  if (choice.kind === 'local') return null;
  return choice.kind === 'environment' ? choice.settings : withAuth(choice.values, { kind: 'token', token: '' });
}

function settingsValues(otherwise: string): StoreValues | null {
  const choice = currentChoice();
  if (choice.kind === 'settings') return choice.values;
  void vscode.window.showInformationMessage(
    choice.kind === 'environment' ? 'The store and how to sign in come from the environment (SURREAL_URL).' : otherwise,
  );
  return null;
}
