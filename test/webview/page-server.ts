import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What is served at a path. */
export interface PageFile {
  readonly type: 'text/html' | 'text/javascript' | 'text/css';
  readonly body: Uint8Array | string;
}

export interface Site {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly files: ReadonlyMap<string, PageFile>;
}

/**
 * Serves files as long as this process runs, over the network: a browser keeps what it has loaded there, with the code that it made of
 * it, which it does not of files that its debugger hands it.
 * @param filesAt by path, of the origin that is given
 */
export async function serveFiles(filesAt: (origin: string) => ReadonlyMap<string, PageFile>): Promise<Site> {
  let files: ReadonlyMap<string, PageFile> = new Map();
  const server = createServer((request, response) => {
    const found = files.get(new URL(request.url ?? '/', 'http://page').pathname);
    if (found === undefined) {
      response.writeHead(204).end();
      return;
    }
    response.setHeader('content-type', `${found.type}; charset=utf-8`);
    response.setHeader('cache-control', found.type === 'text/html' ? 'no-store' : 'max-age=3600, immutable');
    response.end(found.body);
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  files = filesAt(origin);
  return { origin, files };
}
