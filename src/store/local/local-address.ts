import type { ServiceDiscovery } from '../../files/data/service-discovery.ts';
import type { DatabaseAddress } from '../connection/address.ts';
import { DATABASE, DATABASE_USER, NAMESPACE } from '../schema/database-name.ts';

/** Where the log of a local service is, and how to sign in there. */
export function localAddress(service: Pick<ServiceDiscovery, 'port' | 'secret'>): DatabaseAddress {
  return {
    url: `ws://127.0.0.1:${service.port}/rpc`,
    namespace: NAMESPACE,
    database: DATABASE,
    isOurs: true,
    auth: { kind: 'user', level: 'database', username: DATABASE_USER, password: service.secret },
  };
}
