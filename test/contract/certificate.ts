import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  /** Path of the certificate, as NODE_EXTRA_CA_CERTS takes it. */
  readonly path: string;
  readonly cert: string;
  readonly key: string;
}

/** A certificate for this machine alone that nobody else trusts, good for a day. Needs the program `openssl`. */
export function selfMadeCertificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'riff-tls-'));
  const [key, path] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
  const made = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-subj', '/CN=localhost'];
  execFileSync('openssl', ['req', ...made, '-addext', names, '-keyout', key, '-out', path], { stdio: 'ignore' });
  return { path, cert: readFileSync(path, 'utf8'), key: readFileSync(key, 'utf8') };
}

/** Whether certificates can be made here. */
export function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
