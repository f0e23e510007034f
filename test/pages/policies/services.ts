import { once } from 'node:events';
import { type RequestListener, createServer } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo } from 'node:net';

/** A service on a port of its own. */
export interface Service {
  readonly port: number;
  close(): Promise<void>;
}

export async function startService(listener: RequestListener): Promise<Service> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle cx="20" cy="20" r="20"/></svg>';

/** A service that has a logo, and sends these fields with it and with every 404. */
export const playBack =
  (fields: Readonly<Record<string, string>>): RequestListener =>
  ({ url }, response) => {
    for (const [name, value] of Object.entries(fields)) response.setHeader(name, value);
    const [status, type, content] = url === '/logo.svg' ? [200, 'image/svg+xml', SVG] : [404, 'text/html', '<p>gone'];
    response.writeHead(status, { 'Content-Type': type }).end(content);
  };

const requireService = createRequire(__filename);
const express = requireService('./express-services.cjs') as Readonly<Record<string, RequestListener>>;

/** Services with the fields that they send unless told otherwise, or that their manuals recommend. */
export const SERVICES: Readonly<Record<string, RequestListener>> = {
  ...express,
  'Django 5 with django-csp': playBack({
    'X-Frame-Options': 'DENY',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    Vary: 'Cookie',
    'Content-Security-Policy': "default-src 'self'",
  }),
  'Rails 8 with its policy and its preloads': playBack({
    'X-Frame-Options': 'SAMEORIGIN',
    'X-XSS-Protection': '0',
    'X-Content-Type-Options': 'nosniff',
    'X-Permitted-Cross-Domain-Policies': 'none',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    Link: '</assets/application.css>; rel=preload; as=style; nopush,</assets/application.js>; rel=modulepreload',
    'Content-Security-Policy':
      "default-src 'self' https:; font-src 'self' https: data:; img-src 'self' https: data:; object-src 'none'; script-src 'self' https: 'nonce-abc'; style-src 'self' https:",
    'X-Runtime': '0.004',
  }),
  'Spring Security 6': playBack({
    'X-Content-Type-Options': 'nosniff',
    'X-XSS-Protection': '0',
    'Cache-Control': 'no-cache, no-store, max-age=0, must-revalidate',
    Pragma: 'no-cache',
    Expires: '0',
    'X-Frame-Options': 'DENY',
    'Content-Security-Policy': "script-src 'self' https://trusted.example; object-src https://trusted.example",
  }),
  'Laravel 11 with a policy': playBack({
    'Cache-Control': 'no-cache, private',
    'Set-Cookie': 'XSRF-TOKEN=a; path=/; samesite=lax',
    'X-Powered-By': 'PHP/8.3',
    'Content-Security-Policy':
      "base-uri 'self';default-src 'self';form-action 'self';img-src 'self';style-src 'self' 'nonce-a'",
  }),
  "the list of OWASP's": playBack({
    'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
    'X-Frame-Options': 'deny',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy':
      "default-src 'self'; form-action 'self'; base-uri 'self'; object-src 'none'; frame-ancestors 'none'; upgrade-insecure-requests",
    'X-Permitted-Cross-Domain-Policies': 'none',
    'Referrer-Policy': 'no-referrer',
    'Clear-Site-Data': '"cache","cookies","storage"',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'accelerometer=(), camera=(), geolocation=(), sync-xhr=(), unload=()',
    'X-DNS-Prefetch-Control': 'off',
  }),
  'a service that sandboxes, reports and leads away': playBack({
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Content-Security-Policy-Report-Only': "default-src 'none'; report-uri /csp",
    'Reporting-Endpoints': 'default="/reports"',
    'Document-Policy': 'unsized-media=?0, document-write=?0',
    'Integrity-Policy': 'blocked-destinations=(script style)',
    'Speculation-Rules': '"/rules.json"',
    Link: '</other.css>; rel=stylesheet, </x.js>; rel=preload; as=script',
    Refresh: '0; url=/elsewhere',
    'X-UA-Compatible': 'IE=7',
    'X-Content-Type-Options': 'nosniff',
    SourceMap: '/a.map',
  }),
};
