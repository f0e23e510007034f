import { expect, test } from '@jest/globals';
import { counter, gauge, histogram, onePoint } from '../../../src/telemetry/metrics/metric-family';
import { renderPrometheus } from '../../../src/telemetry/metrics/prometheus';

test('each kind of family is rendered as Prometheus reads it', async () => {
  const text = await renderPrometheus([
    counter('ambassador.sent', 'By', 'Bytes.', [
      { attributes: { carried: 'http', 'a.b': true }, value: 1.5 },
      { attributes: {}, value: 2 },
    ]),
    gauge(['process.start.time', 'process_start_time_seconds'], 's', 'Start.', onePoint(7)),
    histogram('http.server.request.duration', 's', 'Duration.', [
      { attributes: { method: 'GET' }, bounds: [0.1, 1], counts: [1, 2, 3], sum: 9.5, count: 6 },
      { attributes: {}, bounds: [0.1], counts: [0, 0], sum: 0, count: 0 },
    ]),
  ]);
  expect(text).toBe(`# HELP ambassador_sent_bytes_total Bytes.
# TYPE ambassador_sent_bytes_total counter
ambassador_sent_bytes_total{carried="http",a_b="true"} 1.5
ambassador_sent_bytes_total 2
# HELP process_start_time_seconds Start.
# TYPE process_start_time_seconds gauge
process_start_time_seconds 7
# HELP http_server_request_duration_seconds Duration.
# TYPE http_server_request_duration_seconds histogram
http_server_request_duration_seconds_bucket{le="0.1",method="GET"} 1
http_server_request_duration_seconds_bucket{le="1",method="GET"} 3
http_server_request_duration_seconds_bucket{le="+Inf",method="GET"} 6
http_server_request_duration_seconds_sum{method="GET"} 9.5
http_server_request_duration_seconds_count{method="GET"} 6
http_server_request_duration_seconds_bucket{le="0.1"} 0
http_server_request_duration_seconds_bucket{le="+Inf"} 0
http_server_request_duration_seconds_sum 0
http_server_request_duration_seconds_count 0
`);
});

test('characters and numbers that the format writes in its own way cannot break a line', async () => {
  const text = await renderPrometheus([
    gauge('a', '{x}', 'One\\two\nthree "four"', [
      { attributes: { label: 'back\\slash "quote"\nline' }, value: Infinity },
      { attributes: {}, value: -Infinity },
      { attributes: {}, value: NaN },
    ]),
  ]);
  expect(text).toBe(
    '# HELP a One\\\\two\\nthree "four"\n# TYPE a gauge\n' +
      'a{label="back\\\\slash \\"quote\\"\\nline"} +Inf\na -Inf\na NaN\n',
  );
});

test('other work has its turn while thousands of lines are rendered, and no line is lost', async () => {
  const points = Array.from({ length: 5000 }, (_, n) => ({ attributes: { n }, value: n }));
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const text = await renderPrometheus([counter('a', '{x}', 'Help.', points)]);
  isDone = true;
  expect(turns).toBeGreaterThan(20);
  expect(text.split('\n').slice(2, -1)).toEqual(points.map(({ value }) => `a_total{n="${value}"} ${value}`));
});
