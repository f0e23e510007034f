import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { Agent, request } from 'node:https';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { freePort, launch, type Running } from '../conformance/servers/launch';
import { startSidecar, type Sidecar } from '../conformance/servers/sidecar';
import { startTap, type Tap } from '../conformance/servers/recording-proxy';

const missing = ['/usr/sbin/nginx', '/usr/bin/openssl'].filter((path) => !existsSync(path));
const withNginx = missing.length === 0 ? describe : describe.skip;
const note = missing.length === 0 ? '' : ` (skipped: install nginx-light and openssl; missing: ${missing.join(', ')})`;

/** Terminates TLS, asks for a certificate, and passes it on folded over lines, as ingress controllers were configured to. */
const configuration = (folder: string, port: number, upstream: number): string => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  upstream ambassador { server 127.0.0.1:${upstream}; keepalive 1; }
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${folder}/server.pem;
    ssl_certificate_key ${folder}/server.key;
    ssl_client_certificate ${folder}/client.pem;
    ssl_verify_client on;
    location / {
      proxy_pass http://ambassador;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header ssl-client-cert $ssl_client_cert;
    }
  }
}
`;

/** Makes a key and a certificate that signs itself. */
function makeCertificate(folder: string, name: string): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.pem`)];
  execFileSync('openssl', ['req', '-x509', ...key, ...files, '-days', '1', '-subj', `/CN=${name}`], {
    stdio: 'ignore',
  });
}

/** A fold leaves white space where a line ended. */
const certificateIn = (field: string): X509Certificate => {
  const lines = field.replace(/-----(BEGIN|END) CERTIFICATE-----/g, '').trim();
  return new X509Certificate(
    `-----BEGIN CERTIFICATE-----\n${lines.replace(/\s+/g, '\n')}\n-----END CERTIFICATE-----\n`,
  );
};

interface Seen {
  readonly certificate: string;
  readonly method: string;
  readonly content: string;
}

withNginx(`nginx passes on the certificate of a client${note}`, () => {
  let folder = '';
  let service: Server;
  let sidecar: Sidecar;
  let tap: Tap;
  let nginx: Running;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ambassador-certificate-'));
    for (const name of ['server', 'client']) makeCertificate(folder, name);
    service = createServer((asked, response) => {
      void text(asked).then((content) => {
        const certificate = String(asked.headers['ssl-client-cert']);
        response.end(JSON.stringify({ certificate, method: asked.method, content }));
      });
    }).listen(0, '127.0.0.1');
    await once(service, 'listening');
    sidecar = await startSidecar((service.address() as AddressInfo).port);
    tap = await startTap(sidecar.port);
    const port = await freePort();
    const file = join(folder, 'nginx.conf');
    writeFileSync(file, configuration(folder, port, tap.port));
    const place = { folder, documents: folder, role: { is: 'site' } } as const;
    const args = ['-e', join(folder, 'error.log'), '-p', folder, '-c', file];
    nginx = await launch(place, port, { file: '/usr/sbin/nginx', args });
  }, 60_000);

  afterAll(async () => {
    await nginx.stop();
    await tap.stop();
    await sidecar.stop();
    service.closeAllConnections();
    service.close();
    rmSync(folder, { recursive: true });
  });

  /** Asks as the client to which the certificate belongs. */
  async function ask(method: string, content: string): Promise<{ readonly status: number; readonly body: string }> {
    const [key, cert] = ['key', 'pem'].map((kind) => readFileSync(join(folder, `client.${kind}`)));
    const agent = new Agent({ key, cert, ca: readFileSync(join(folder, 'server.pem')), servername: 'server' });
    const asking = request({
      port: nginx.port,
      host: '127.0.0.1',
      method,
      agent,
      checkServerIdentity: () => undefined,
    });
    asking.end(content);
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    return { status: response.statusCode ?? 0, body: await text(response) };
  }

  test.each([
    ['GET', ''],
    ['POST', 'some content'],
    ['GET', ''],
  ])('the service receives the certificate with %s and the content "%s"', async (method, content) => {
    const { status, body } = await ask(method, content);
    expect(status).toBe(200);
    const seen = JSON.parse(body) as Seen;
    const own = new X509Certificate(readFileSync(join(folder, 'client.pem')));
    expect(certificateIn(seen.certificate).fingerprint256).toBe(own.fingerprint256);
    expect(seen).toMatchObject({ method, content });
  });

  test('nginx folds the certificate over lines', async () => {
    await ask('GET', '');
    const sent = tap.recordings().map(({ toTarget }) => toTarget.toString('latin1'));
    expect(sent.join('')).toMatch(/ssl-client-cert: -----BEGIN CERTIFICATE-----\r?\n[\t ]/);
  });
});
