import type { ServiceDiscovery } from '../../files/data/service-discovery.ts';
import type { DatabaseAddress } from '../connection/address.ts';
import { DATABASE, DATABASE_USER, NAMESPACE } from '../schema/database-name.ts';

/** The address of a local service's database, with its sign-in. */
export function localAddress(service: Pick<ServiceDiscovery, 'port' | 'secret'>): DatabaseAddress {
  return {
    url: `ws://127.0.0.1:${service.port}/rpc`,
    namespace: NAMESPACE,
    database: DATABASE,
    isOurs: true,
    auth: { kind: 'user', level: 'database', username: DATABASE_USER, password: service.secret },
  };
}
