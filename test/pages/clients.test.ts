import { expect, test } from '@jest/globals';
import { overrideErrors } from '../../src/middleware/override-errors';
import { builtInNotFoundPages } from '../../src/pages/default-page';
import { answered } from '../support/answered';
import { opened } from '../support/exchange-of';
import { CLIENTS, type Client, type Replaced } from '../support/clients';

/** Content types of a target's 404; `''`: none. */
const TYPES = [
  'text/html',
  'text/html; charset=utf-8',
  'text/plain; charset=utf-8',
  'application/json',
  'application/problem+json',
  'application/xml',
  'application/octet-stream',
  'image/png',
  '',
];

const REPLACED_TYPES: Readonly<Record<Replaced, readonly string[]>> = {
  anything: TYPES,
  html: TYPES.filter((type) => type.startsWith('text/html')),
  nothing: [],
};

const stage = overrideErrors('auto', builtInNotFoundPages);

function isReplaced({ method = 'GET', accept = [], secFetchDest }: Client, type: string): boolean {
  const dest = secFetchDest === undefined ? [] : [`Sec-Fetch-Dest: ${secFetchDest}`];
  const fields = ['Host: a', ...accept.map((value) => `Accept: ${value}`), ...dest];
  const exchange = opened({ request: [`${method} /missing HTTP/1.1`, ...fields, '', ''].join('\r\n') });
  const contentType = type === '' ? [] : [`Content-Type: ${type}`];
  stage.onResponse?.(answered(exchange, 'HTTP/1.1 404 Not Found', ...contentType, 'Content-Length: 4'));
  return exchange.isOverridden;
}

test.each(CLIENTS.map((client) => [client.name, client.replaced, client] as const))(
  '%s gets the page in place of %s',
  (_name, replaced, client) => {
    expect(TYPES.filter((type) => isReplaced(client, type))).toEqual(REPLACED_TYPES[replaced]);
  },
);
