import { describeEventStore } from './event-store.contract.ts';
import { remoteHarness } from './remote-harness.ts';

describeEventStore('event store on a server', () => remoteHarness());
