import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { eventually } from './eventually';

type Value = Readonly<Record<string, unknown>>;
interface KeyValue {
  readonly key: string;
  readonly value: Value;
}

interface Point {
  readonly attributes: readonly KeyValue[];
  readonly [name: string]: unknown;
}

interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly sum?: { readonly dataPoints: readonly Point[]; readonly isMonotonic: boolean };
  readonly gauge?: { readonly dataPoints: readonly Point[] };
  readonly histogram?: { readonly dataPoints: readonly Point[] };
}

/** As OTLP/HTTP has it in JSON. */
interface ExportRequest {
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeMetrics: readonly { readonly metrics: readonly Metric[] }[];
  }[];
}

/** A collector of OpenTelemetry's, as small as it can be. */
export interface OtlpReceiver {
  readonly endpoint: string;
  /** What it answers. */
  status: number;
  readonly tries: readonly string[];
  /** Metrics of the last export that was taken, by name. */
  readonly metrics: () => ReadonlyMap<string, Metric>;
  /** Attributes of the resource in the last export that was taken. */
  resource(): Readonly<Record<string, unknown>>;
  until(isRight: (receiver: OtlpReceiver) => boolean): Promise<OtlpReceiver>;
  close(): Promise<void>;
}

/** `{ stringValue: 'a' }` as `'a'`. */
const plain = (attributes: readonly KeyValue[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

/** The attributes of the points of a metric, each with the point itself. */
export const pointsOf = ({ sum, gauge, histogram }: Metric): readonly (Point & { readonly plain: unknown })[] =>
  (sum ?? gauge ?? histogram)?.dataPoints.map((point) => ({ ...point, plain: plain(point.attributes) })) ?? [];

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  let last: ExportRequest = { resourceMetrics: [] };
  const tries: string[] = [];
  const server = createServer((request, response) => {
    tries.push(`${request.method ?? ''} ${request.url ?? ''}`);
    const { status } = receiver;
    void json(request).then((body) => {
      if (status === 200) last = body as ExportRequest;
      response.writeHead(status, { 'Content-Type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    status: 200,
    tries,
    metrics: () =>
      new Map(
        last.resourceMetrics
          .flatMap(({ scopeMetrics }) => scopeMetrics)
          .flatMap(({ metrics }) => metrics)
          .map((metric) => [metric.name, metric]),
      ),
    resource: () => plain(last.resourceMetrics[0]?.resource.attributes ?? []),
    until: (isRight: (receiver: OtlpReceiver) => boolean): Promise<OtlpReceiver> =>
      eventually<OtlpReceiver>(() => receiver, isRight),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}
