import { describe, expect, test } from '@jest/globals';

import { judgeRecords, readAccessLog, splitAtMarkers } from '../../scripts/differential/records';

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
      { method: 'GET', target: '/a\\"b', status: 200 },
      { method: 'FOO', target: '/c', status: 400 },
      { method: '', target: '', status: 408 },
    ]);
  });

  test('is split at the markers', () => {
    const lines = ['/a', '/marker-0', '/marker-1', '/b', '/c', '/marker-2'].map((target) =>
      line(`GET ${target} HTTP/1.1`, 200),
    );
    const parts = splitAtMarkers(readAccessLog(lines));
    expect([...parts].map(([index, records]) => [index, records.map(({ target }) => target)])).toEqual([
      [0, ['/a']],
      [1, []],
      [2, ['/b', '/c']],
    ]);
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
