import { describe, expect, test } from '@jest/globals';

import { addressOf, groupByClient, judgeRecords, readAccessLog } from './records';

const line = (request: string, status: number): string =>
  `127.0.0.1 - - [27/Nov/2026:12:00:00 +0000] "${request}" ${status} - "-" "-"`;

const recordingOf = (toTarget: string, isOver = true): Parameters<typeof judgeRecords>[1][number] => ({
  toTarget: Buffer.from(toTarget, 'latin1'),
  fromTarget: Buffer.alloc(0),
  moments: [],
  isOver,
});

const GET = 'GET /first HTTP/1.1\r\nHost: a\r\n\r\n';
const CANARY = 'GET /canary HTTP/1.1\r\nHost: a\r\n\r\n';

describe('the access log of the ambassador', () => {
  test('is read with its escapes, without the lines of other logs', () => {
    const lines = [line('GET /a\\"b HTTP/1.1', 200), '{"level":"warn"}', line('FOO /c', 400), line('-', 408)];
    expect(readAccessLog(lines)).toEqual([
      { client: '127.0.0.1', method: 'GET', target: '/a\\"b', status: 200 },
      { client: '127.0.0.1', method: 'FOO', target: '/c', status: 400 },
      { client: '127.0.0.1', method: '', target: '', status: 408 },
    ]);
  });

  test('is grouped by the addresses of the clients', () => {
    const lines = ['127.1.0.0', '127.1.0.1', '127.1.0.0'].map((client, index) =>
      line(`GET /${index} HTTP/1.1`, 200).replace('127.0.0.1', client),
    );
    const groups = groupByClient(readAccessLog(lines));
    expect(groups.get(addressOf(0))?.map(({ target }) => target)).toEqual(['/0', '/2']);
    expect(groups.get(addressOf(1))?.map(({ target }) => target)).toEqual(['/1']);
    expect(addressOf(258)).toBe('127.1.1.2');
  });

  test('agrees when it lists what was forwarded, and what was refused', () => {
    const records = readAccessLog([
      line('GET /first HTTP/1.1', 200),
      line('GET /canary HTTP/1.1', 404),
      line('X /', 400),
    ]);
    expect(judgeRecords(records, [recordingOf(GET + CANARY)])).toBeUndefined();
  });

  test('disagrees when a forwarded request is missing', () => {
    const records = readAccessLog([line('GET /first HTTP/1.1', 200)]);
    expect(judgeRecords(records, [recordingOf(GET + CANARY)])?.kind).toBe('record');
  });

  test('disagrees when it lists a response to a request that was not forwarded', () => {
    const records = readAccessLog([line('GET /first HTTP/1.1', 200), line('GET /canary HTTP/1.1', 200)]);
    expect(judgeRecords(records, [recordingOf(GET)])?.kind).toBe('record');
  });

  test('may lack a request whose connection is still open', () => {
    expect(judgeRecords([], [recordingOf(GET, false)])).toBeUndefined();
  });
});
