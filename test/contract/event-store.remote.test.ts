/** A store on a server, over TLS where a certificate can be made here. */
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRemoteStore } from '../../src/store/open-store.ts';
import { cliHarness } from '../support/riff-cli.ts';
import { hasOpenssl, selfMadeCertificate } from './certificate.ts';
import { describeEventStore } from './event-store.contract.ts';
import { startProxy, type Proxy } from './proxy.ts';
import { PASSWORD, PLACE, remoteHarness, type RemoteHarness } from './remote-harness.ts';

const certificate = hasOpenssl() ? selfMadeCertificate() : null;
const trusted = getCACertificates('default');
let server: RemoteHarness;
/** What stands in front of the server and has the certificate. */
let line: Proxy;
const url = (): string => `${certificate === null ? 'ws' : 'wss'}://localhost:${line.port}`;

beforeAll(async () => {
  if (certificate !== null) setDefaultCACertificates([...trusted, certificate.cert]);
  server = await remoteHarness();
  line = await startProxy(() => server.port, certificate ?? undefined);
}, 60_000);

afterAll(async () => {
  await line.close();
  await server.dispose();
  setDefaultCACertificates(trusted);
});

describeEventStore(`event store on a server${certificate === null ? '' : ', over TLS'}`, () =>
  Promise.resolve({ open: () => openRemoteStore(server.settings({ url: url() })), dispose: () => Promise.resolve() }),
);

test.skipIf(certificate === null)('a certificate that nobody trusts is refused; NODE_EXTRA_CA_CERTS names one that is', async () => {
  const cli = await cliHarness();
  try {
    const place = { SURREAL_URL: url(), SURREAL_NAMESPACE: PLACE.namespace, SURREAL_DATABASE: PLACE.database };
    const env = { ...place, SURREAL_USER: 'writer', SURREAL_PASS: PASSWORD };
    const refused = await cli.run(['db', 'status'], { env });
    expect(refused).toMatchObject({ status: 2, stdout: '' });
    expect(refused.stderr).toMatch(/self-signed certificate/);
    const accepted = await cli.run(['db', 'status'], { env: { ...env, NODE_EXTRA_CA_CERTS: certificate?.path ?? '' } });
    expect(accepted).toMatchObject({ status: 0, stderr: '' });
    expect(accepted.stdout).toContain('up to date');
    expect(accepted.stdout).not.toContain('not encrypted');
  } finally {
    await cli.dispose();
  }
});
