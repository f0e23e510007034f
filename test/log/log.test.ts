import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { createLog, type Log, type LogOptions } from '../../src/log/log';

interface Written {
  readonly stdout: string;
  readonly stderr: string;
}

async function written(options: Pick<LogOptions, 'level' | 'format'>, use: (log: Log) => void): Promise<Written> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const log = createLog({ ...options, stdout, stderr });
  use(log);
  await log.close(1000);
  const text = (stream: PassThrough): string => String(stream.read() ?? '');
  return { stdout: text(stdout), stderr: text(stderr) };
}

test('a line is one JSON object with level, time and message as people call them', async () => {
  const { stdout } = await written({ level: 'info', format: 'json' }, ({ logger }) => {
    logger.info({ status: 404 }, 'exchange');
  });
  const line = JSON.parse(stdout) as Record<string, unknown>;
  expect(line).toEqual({ level: 'info', time: expect.any(String), status: 404, message: 'exchange' });
  expect(new Date(String(line['time'])).toISOString()).toBe(line['time']);
  expect(Math.abs(Date.parse(String(line['time'])) - Date.now())).toBeLessThan(5000);
});

test('an error is logged with its stack', async () => {
  const { stdout } = await written({ level: 'info', format: 'json' }, ({ logger }) => {
    logger.error(new Error('broken'), 'it failed');
  });
  expect(JSON.parse(stdout)).toMatchObject({
    error: { message: 'broken', stack: expect.stringContaining(__filename) },
  });
});

test('control characters cannot break a line', async () => {
  const { stdout } = await written({ level: 'info', format: 'json' }, ({ logger }) => {
    logger.info({ target: '/a\r\n{"level":"fatal"}\u001b[2J\u2028' }, 'exchange\n');
  });
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  expect(stdout).not.toContain('\u001b');
});

test('what is less important than the level is not written', async () => {
  const use = ({ logger }: Log): void => {
    logger.info('no');
    logger.warn('yes');
  };
  const { stdout } = await written({ level: 'warn', format: 'json' }, use);
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  expect(await written({ level: 'silent', format: 'json' }, use)).toEqual({ stdout: '', stderr: '' });
});

test('pretty is one line a person can read', async () => {
  const { stdout } = await written({ level: 'info', format: 'pretty' }, ({ logger }) => {
    logger.info({ port: 8080 }, 'listening');
  });
  expect(stdout).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: listening \{"port":8080\}\n$/);
});

test('combined keeps standard output for finished lines and logs to standard error', async () => {
  const { stdout, stderr } = await written({ level: 'info', format: 'combined' }, (log) => {
    log.writeLine('127.0.0.1 - - [22/Nov/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "-"');
    log.logger.info('listening');
  });
  expect(stdout).toMatch(/^127\.0\.0\.1 .*\n$/);
  expect(JSON.parse(stderr)).toMatchObject({ message: 'listening' });
});
