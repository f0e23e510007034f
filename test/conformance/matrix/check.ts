/** One request of the matrix, told in a way that every client can carry out. */
export interface Check {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly body: { readonly is: 'none' } | { readonly is: 'sized' | 'chunked'; readonly text: string };
  /** How often the request is made, one after the other, on one connection where the server allows it. */
  readonly times: number;
}

const check = (name: string, path: string, rest: Partial<Check> = {}): Check => ({
  name,
  method: 'GET',
  path,
  fields: {},
  body: { is: 'none' },
  times: 1,
  ...rest,
});

const HTML = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const ANY = { Accept: '*/*' };
const JSON_ONLY = { Accept: 'application/json' };
const FORM = { 'Content-Type': 'text/plain' };
const TEXT = 'some content, '.repeat(100);

export const CHECKS: readonly Check[] = [
  check('page', '/'),
  check('head', '/', { method: 'HEAD' }),
  check('stream', '/stream'),
  check('file', '/file.txt'),
  check('range', '/file.txt', { fields: { Range: 'bytes=5-20' } }),
  check('ranges', '/file.txt', { fields: { Range: 'bytes=0-1,7-8' } }),
  check('range outside', '/file.txt', { fields: { Range: 'bytes=99999999-' } }),
  check('not modified', '/file.txt', { fields: { 'If-Modified-Since': 'Thu, 29 Feb 2024 12:00:00 GMT' } }),
  check('compressed', '/packed/file.txt', { fields: { 'Accept-Encoding': 'gzip' } }),
  check('large', '/large.bin'),
  check('odd fields', '/fields'),
  check('early hints', '/hints'),
  check('trailers', '/trailers'),
  check('empty', '/empty'),
  check('redirect', '/redirect'),
  check('error', '/error', { fields: HTML }),
  check('post', '/echo', { method: 'POST', fields: FORM, body: { is: 'sized', text: TEXT } }),
  check('post chunked', '/echo', { method: 'POST', fields: FORM, body: { is: 'chunked', text: TEXT } }),
  check('put', '/echo', { method: 'PUT', fields: FORM, body: { is: 'sized', text: TEXT } }),
  check('expect', '/echo', {
    method: 'POST',
    fields: { ...FORM, Expect: '100-continue' },
    body: { is: 'sized', text: TEXT },
  }),
  check('delete', '/echo', { method: 'DELETE' }),
  check('options', '/', { method: 'OPTIONS' }),
  check('events', '/events'),
  check('reuse', '/', { times: 3 }),
  check('post reuse', '/echo', { method: 'POST', fields: FORM, body: { is: 'sized', text: TEXT }, times: 3 }),
  check('missing, html', '/missing', { fields: HTML }),
  check('missing, any', '/missing', { fields: ANY }),
  check('missing, json', '/missing', { fields: JSON_ONLY }),
  check('missing, head', '/missing', { method: 'HEAD', fields: HTML }),
  check('missing, options', '/missing', { method: 'OPTIONS', fields: HTML }),
  check('missing, post', '/missing', {
    method: 'POST',
    fields: { ...FORM, ...HTML },
    body: { is: 'sized', text: TEXT },
  }),
  check('missing, reuse', '/missing', { fields: HTML, times: 3 }),
  check('missing data, html', '/data/missing', { fields: HTML }),
  check('missing data, any', '/data/missing', { fields: ANY }),
  check('missing untyped, any', '/untyped/missing', { fields: ANY }),
];
