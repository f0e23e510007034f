import { describe, expect, test } from '@jest/globals';
import { shouldOverride, type NotFoundMode, type OverrideQuestion } from '../../src/pages/override-policy';

const CHROME = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8';
const FIREFOX = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const JAVA_8 = 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2';
const AXIOS = 'application/json, text/plain, */*';

/** A browser's navigation that a service answers with its own HTML 404. */
const navigation: OverrideQuestion = {
  mode: 'auto',
  method: 'GET',
  status: 404,
  accept: CHROME,
  secFetchDest: 'document',
  requestContentType: undefined,
  targetContentType: 'text/html; charset=utf-8',
  hasGrpcStatus: false,
  hasOptedOut: false,
};
/** curl or a script outside a browser, answered the same way. */
const tool: OverrideQuestion = { ...navigation, accept: '*/*', secFetchDest: undefined };

const decide = (from: OverrideQuestion, changes: Partial<OverrideQuestion>) => shouldOverride({ ...from, ...changes });

describe('a client that names text/html gets the page', () => {
  test.each<[string, Partial<OverrideQuestion>]>([
    ['Chrome', {}],
    ['Firefox', { accept: FIREFOX }],
    ['a browser over plain HTTP, which sends no Sec-Fetch-Dest', { secFetchDest: undefined }],
    ['in place of JSON', { targetContentType: 'application/json' }],
    ['in place of an image', { targetContentType: 'image/png' }],
    ['in place of content of no type', { targetContentType: undefined }],
    ['after a HEAD', { method: 'HEAD' }],
    ['after a form was sent', { method: 'POST', requestContentType: 'application/x-www-form-urlencoded' }],
    ['through a script that swaps pages', { accept: 'text/html, application/xhtml+xml', secFetchDest: 'empty' }],
    ['with a weight', { accept: 'application/json;q=0.002, text/html;q=0.001' }],
    ['as a variant', { accept: 'text/html;level=1' }],
  ])('%s', (_, changes) => {
    expect(decide(navigation, changes)).toEqual({ override: true, because: 'named', vary: ['Accept'] });
  });
});

describe('a client that accepts anything gets the page', () => {
  test.each<[string, Partial<OverrideQuestion>]>([
    ['in place of HTML', {}],
    ['in place of HTML, whatever the case and the parameters', { targetContentType: ' Text/HTML;charset=latin1' }],
    ['without Accept', { accept: undefined }],
    ['with an empty Accept', { accept: '' }],
    ['through text/*', { accept: 'text/*;q=0.1' }],
    ['after a HEAD', { method: 'HEAD' }],
    ['in a frame', { secFetchDest: 'iframe' }],
  ])('%s', (_, changes) => {
    const vary = ['Accept', 'Sec-Fetch-Dest'];
    expect(decide(tool, changes)).toEqual({ override: true, because: 'wildcard', vary });
  });
});

describe('the answer of the target stays', () => {
  test.each<[string, string, Partial<OverrideQuestion>]>([
    ['JSON for */*', 'target-type', { targetContentType: 'application/json' }],
    ['JSON for no Accept', 'target-type', { targetContentType: 'application/json', accept: undefined }],
    ['problem details', 'target-type', { targetContentType: 'application/problem+json' }],
    ['XML', 'target-type', { targetContentType: 'application/xml' }],
    ['a type like HTML', 'target-type', { targetContentType: 'text/html-fragment' }],
    ['two types at once', 'target-type', { targetContentType: 'text/html, application/json' }],
    ['plain text', 'target-type', { targetContentType: 'text/plain' }],
    ['content of no type', 'target-type', { targetContentType: undefined }],
    ['content of an empty type', 'target-type', { targetContentType: '' }],
    ['HTML for the default Accept of Java', 'not-accepted', { accept: JAVA_8 }],
    ['HTML for axios, which names JSON', 'not-accepted', { accept: AXIOS }],
    ['plain text that was asked for by name', 'not-accepted', { targetContentType: 'text/plain', accept: AXIOS }],
    ['for a client that wants JSON alone', 'not-accepted', { accept: 'application/json' }],
    ['for a client that wants JSON first', 'not-accepted', { accept: 'application/json, */*;q=0.5' }],
    ['for a client that refuses HTML', 'not-accepted', { accept: 'text/html;q=0, */*' }],
    ['for a client that wants XHTML alone', 'not-accepted', { accept: 'application/xhtml+xml' }],
    ['for an image', 'for-a-program', { secFetchDest: 'image' }],
    ['for an image in a list of types', 'not-accepted', { accept: 'image/avif,image/*,*/*;q=0.8' }],
    ['for a style', 'not-accepted', { secFetchDest: 'style', accept: 'text/css,*/*;q=0.1' }],
    ['for a script', 'for-a-program', { secFetchDest: 'script' }],
    ["for a script's fetch", 'for-a-program', { secFetchDest: 'empty' }],
    ['for a POST by a program', 'for-a-program', { method: 'POST' }],
    ['for a DELETE by a program', 'for-a-program', { method: 'DELETE' }],
    ['200', 'not-404', { status: 200, accept: CHROME }],
    ['410', 'not-404', { status: 410, accept: CHROME }],
    ['500', 'not-404', { status: 500, accept: CHROME }],
  ])('%s', (_, because, changes) => {
    expect(decide(tool, changes)).toEqual({ override: false, because });
  });
});

describe.each<NotFoundMode>(['auto', 'always'])('in mode %s nothing replaces', (mode) => {
  test.each<[string, string, Partial<OverrideQuestion>]>([
    ['what is no 404', 'not-404', { status: 403 }],
    ['the answer to OPTIONS', 'method', { method: 'OPTIONS' }],
    ['the answer to CONNECT', 'method', { method: 'CONNECT' }],
    ['a gRPC status', 'grpc', { hasGrpcStatus: true }],
    ['the answer to a gRPC request', 'grpc', { method: 'POST', requestContentType: 'application/grpc+proto' }],
    ['the answer to a gRPC-Web request', 'grpc', { requestContentType: 'Application/gRPC-Web-Text; x=y' }],
    ['gRPC content', 'grpc', { targetContentType: 'application/grpc' }],
    ['what the service wants left alone', 'opted-out', { hasOptedOut: true }],
  ])('%s', (_, because, changes) => {
    expect(decide(navigation, { ...changes, mode })).toEqual({ override: false, because });
  });
});

test.each<[string, Partial<OverrideQuestion>]>([
  ['a browser', {}],
  ['an API client', { accept: 'application/json', targetContentType: 'application/json' }],
  ['an image', { accept: '*/*', secFetchDest: 'image' }],
  ['a program', { accept: 'text/html;q=0', method: 'DELETE' }],
])('mode always gives the page to all, and Accept has no say: %s', (_, changes) => {
  expect(decide(navigation, { ...changes, mode: 'always' })).toEqual({ override: true, because: 'always', vary: [] });
});

test('mode off replaces nothing', () => {
  expect(decide(navigation, { mode: 'off' })).toEqual({ override: false, because: 'mode-off' });
});
