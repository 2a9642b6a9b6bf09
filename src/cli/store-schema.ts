import { dataDirectory } from '../files/data/data-directory.ts';
import { readDiscovery } from '../files/data/service-discovery.ts';
import type { StoreSchema } from '../operations/store/store-ports.ts';
import { remoteFromEnvironment } from '../store/remote/remote-settings.ts';
import { SCHEMA_VERSION } from '../store/schema/schema-version.ts';
import type { CliPorts } from './ports.ts';

/** The schema of the store that the environment names, else of the one of this machine. @throws StoreError `misconfigured` */
export function schemaOfUser({ store }: CliPorts): StoreSchema {
  const remote = remoteFromEnvironment(process.env);
  if (remote === null) {
    const place = dataDirectory();
    const version = async (): Promise<number | null> => {
      if (!store.mayHoldLogs()) return null;
      // Opening it brings it up to date; a newer one refuses.
      await store.open();
      return (await readDiscovery(place))?.schema ?? null;
    };
    return { kind: 'local', place, expected: SCHEMA_VERSION, version };
  }
  const { url, namespace, database } = remote.address;
  return {
    kind: 'remote',
    place: `${url} (${namespace}/${database})`,
    expected: SCHEMA_VERSION,
    // The database's client is loaded with the first use.
    status: async () => (await import('../store/remote/administer.ts')).remoteStatus(remote),
    bringUpToDate: async (from, isDryRun) => (await import('../store/remote/administer.ts')).bringUpToDate(remote, from, isDryRun),
  };
}
