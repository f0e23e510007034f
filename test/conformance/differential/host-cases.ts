import { caseOf, shown, type Case } from './case';

const HOSTS = [
  ...[
    '',
    'Host: a',
    'Host:a',
    'Host:\ta',
    'Host: a ',
    'hOST: a',
    'Host:',
    'Host: ',
    'Host: a\r\nHost: a',
    'Host: a\r\nHost: b',
    'Host: a\r\nhost: a',
    'Host : a',
    ' Host: a',
    'Host\t: a',
    'Host: a,b',
    'Host: a, b',
    'Host: a b',
  ],
  ...[
    'Host: a:80',
    'Host: a:',
    'Host: a:b',
    'Host: :80',
    'Host: u@a',
    'Host: http://a',
    'Host: a/b',
    'Host: a?b',
    'Host: a#b',
    'Host: [::1]',
    'Host: [::1',
    'Host: ::1',
    'Host: a\0',
    'Host: \0',
    'Host: a\x01',
    'Host: a\xe9',
    'Host: "a"',
  ],
  ...[
    'Host: a\\b',
    'Host: a\r\n b',
    'Host:\r\n a',
    'Host: a\nHost: b',
    'Host: a\rHost: b',
    'Host: %61',
    'Host: a_b',
    'Host: -',
    'Host: .',
    'Host: a:99999',
    'Host: a;b',
    'Host: a\r\nX-Forwarded-Host: b',
    `Host: ${'a'.repeat(3000)}`,
  ],
];

const GET = 'GET /first HTTP/1.1';

export const hostCases: readonly Case[] = [
  ...HOSTS.flatMap((host) => [
    caseOf(`host ${shown(host).slice(0, 60)}`, { line: GET, host }),
    caseOf(`host ${shown(host).slice(0, 60)}, HTTP/1.0`, {
      line: 'GET /first HTTP/1.0',
      host,
      lines: ['Connection: keep-alive'],
    }),
    caseOf(`host ${shown(host).slice(0, 60)}, absolute form`, { line: 'GET http://a/first HTTP/1.1', host }),
  ]),
];
