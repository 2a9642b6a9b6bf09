import { describeEventStore } from './event-store.contract.ts';
import { localHarness } from './local-harness.ts';

describeEventStore('event store of the local service', localHarness);
