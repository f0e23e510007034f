import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { LineSink, MAX_WAITING } from '../../src/log/line-sink';

type Done = (error?: Error | null) => void;

/** A stream whose reader takes what is written when the test says so. */
class SlowReader extends Writable {
  readonly writes: string[] = [];
  #done: Done | undefined;

  override _write(chunk: Buffer, _encoding: string, done: Done): void {
    this.writes.push(chunk.toString());
    this.#done = done;
  }

  take(error?: Error): void {
    this.#done?.(error);
  }
}

class FastReader extends SlowReader {
  override _write(chunk: Buffer, encoding: string, done: Done): void {
    super._write(chunk, encoding, done);
    done();
  }
}

const KIBIBYTE = `${'x'.repeat(1023)}\n`;

function fill(sink: LineSink, bytes: number): void {
  for (let written = 0; written < bytes; written += KIBIBYTE.length) sink.write(KIBIBYTE);
}

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick'] });
});

afterEach(() => {
  jest.useRealTimers();
});

const nextTicks = (): Promise<void> => new Promise((resolve) => process.nextTick(() => process.nextTick(resolve)));

describe('gathering', () => {
  test('lines that come together go out in one write, in order', async () => {
    const stream = new FastReader();
    const sink = new LineSink(stream, jest.fn());
    sink.write('one\n');
    sink.write('two\n');
    expect(stream.writes).toEqual([]);
    await jest.advanceTimersByTimeAsync(20);
    expect(stream.writes).toEqual(['one\ntwo\n']);
  });

  test('as much as is worth a write does not wait', () => {
    const stream = new FastReader();
    fill(new LineSink(stream, jest.fn()), 16 * 1024);
    expect(stream.writes).toHaveLength(1);
  });

  test('while a write is under way lines wait, and follow it in one', async () => {
    const stream = new SlowReader();
    const sink = new LineSink(stream, jest.fn());
    sink.write('one\n');
    await jest.advanceTimersByTimeAsync(20);
    sink.write('two\n');
    sink.write('three\n');
    await jest.advanceTimersByTimeAsync(1000);
    expect(stream.writes).toEqual(['one\n']);
    stream.take();
    await nextTicks();
    expect(stream.writes).toEqual(['one\n', 'two\nthree\n']);
  });
});

describe('a reader that does not keep up', () => {
  test('costs lines beyond the bound, which are counted, and no more memory', () => {
    const sink = new LineSink(new SlowReader(), jest.fn());
    fill(sink, MAX_WAITING + 10 * 1024);
    expect(sink.dropped).toBe(10);
  });

  test('is reported once lines go through again', async () => {
    const stream = new SlowReader();
    const onDropped = jest.fn();
    const sink = new LineSink(stream, onDropped);
    fill(sink, MAX_WAITING + 3 * 1024);
    await nextTicks();
    expect(onDropped).not.toHaveBeenCalled();
    stream.take();
    await nextTicks();
    expect(onDropped.mock.calls).toEqual([[3]]);
  });

  test('is reported once a second at the most, and nothing is left out of the sum', async () => {
    const stream = new SlowReader();
    const onDropped = jest.fn<(lines: number) => void>();
    const sink = new LineSink(stream, onDropped);
    for (let round = 0; round < 10; round++) {
      fill(sink, MAX_WAITING + 1024);
      stream.take();
      await nextTicks();
      await jest.advanceTimersByTimeAsync(400);
    }
    stream.take();
    await jest.advanceTimersByTimeAsync(1000);
    sink.write('a line\n');
    await jest.advanceTimersByTimeAsync(20);
    stream.take();
    await nextTicks();
    expect(onDropped.mock.calls.length).toBeLessThanOrEqual(6);
    expect(onDropped.mock.calls.reduce((sum, [lines]) => sum + lines, 0)).toBe(sink.dropped);
  });
});

test('lines of a write that failed are counted, and the next ones are tried', async () => {
  const stream = new SlowReader({ autoDestroy: false });
  const onDropped = jest.fn();
  const sink = new LineSink(stream, onDropped);
  sink.write('one\n');
  sink.write('two\n');
  await jest.advanceTimersByTimeAsync(20);
  stream.take(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  await nextTicks();
  expect(sink.dropped).toBe(2);
  expect(onDropped).not.toHaveBeenCalled();
});

describe('flush', () => {
  test('resolves when everything is written', async () => {
    const stream = new SlowReader();
    const sink = new LineSink(stream, jest.fn());
    sink.write('one\n');
    const flushed = sink.flush(1000);
    expect(stream.writes).toEqual(['one\n']);
    stream.take();
    await flushed;
    expect(sink.dropped).toBe(0);
  });

  test('resolves at once when there is nothing to write', async () => {
    await expect(new LineSink(new SlowReader(), jest.fn()).flush(1000)).resolves.toBeUndefined();
  });

  test('resolves after its time when the reader has stalled', async () => {
    const sink = new LineSink(new SlowReader(), jest.fn());
    sink.write('one\n');
    const flushed = sink.flush(1000);
    await jest.advanceTimersByTimeAsync(1000);
    await expect(flushed).resolves.toBeUndefined();
  });
});
