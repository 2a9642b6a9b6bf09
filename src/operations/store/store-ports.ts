/** What the operations on the store itself need from outside. */

/** One step of the schema. */
export interface SchemaStep {
  readonly number: number;
  readonly name: string;
}

/** The store that is in use. */
export type StoreSchema = LocalSchema | RemoteSchema;

/** The store of this machine: it makes and migrates its schema by itself. */
export interface LocalSchema {
  readonly kind: 'local';
  /** Its directory. */
  readonly place: string;
  /** Step that this version knows. */
  readonly expected: number;
  /** The step that it is at; null where nothing was stored yet. Rejects with StoreError. */
  version(): Promise<number | null>;
}

/** A store on a server: its schema is changed only when somebody asks for it. */
export interface RemoteSchema {
  readonly kind: 'remote';
  /** Address, namespace and database. */
  readonly place: string;
  readonly expected: number;
  /** Rejects with StoreError. */
  status(): Promise<RemoteSchemaStatus>;
  /**
   * Rejects with StoreError.
   * @param from `none`: only where Riff's tables are not there yet; `some`: only where they are
   * @returns the steps that were missing
   */
  bringUpToDate(from: 'none' | 'some', isDryRun: boolean): Promise<SchemaStep[]>;
}

export interface RemoteSchemaStatus {
  /** Step that the database is at; 0: Riff's tables are not there. */
  readonly schema: number;
  readonly missing: readonly SchemaStep[];
  /** Whether the signed-in user could change events. */
  readonly mayRewrite: boolean;
  /** Whether the connection has no TLS and leaves this machine. */
  readonly isUnencrypted: boolean;
}

/** The process that keeps the store of this machine. */
export interface RunningService {
  readonly pid: number;
  readonly port: number;
  /** Version of Riff. */
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
}

export interface ServicePort {
  /** The service of this machine; null when none answers. */
  running(): Promise<RunningService | null>;
  /** Asks a process to end. */
  askToEnd(pid: number): void;
  isAlive(pid: number): boolean;
  /** Waits. @param ms milliseconds */
  wait(ms: number): Promise<void>;
}
