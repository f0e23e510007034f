import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { eventually } from './eventually';

/** What the dashboard was sent. */
interface Post {
  readonly path: string;
  readonly fields: Readonly<NodeJS.Dict<string | string[]>>;
  /** Bytes of the content. */
  readonly length: number;
  readonly body: unknown;
}

/** `up`: takes everything; a number: refuses with that status; `silent`: reads, and never answers. */
type Mood = 'up' | 'silent' | number;

/** A dashboard of the fleet, as small as it can be: it keeps what it takes. */
export interface Dashboard {
  readonly url: string;
  mood: Mood;
  /** What it has taken, in order. */
  readonly taken: readonly Post[];
  /** How many it was sent, taken or not. */
  readonly tries: number;
  /** Every record that was taken, in order. */
  readonly records: () => readonly { readonly endpoint: string }[];
  until(isRight: (dashboard: Dashboard) => boolean): Promise<Dashboard>;
  close(): Promise<void>;
}

export async function startDashboard(): Promise<Dashboard> {
  const taken: Post[] = [];
  const server = createServer((request, response) => {
    const { mood } = dashboard;
    dashboard.tries++;
    void json(request).then((body) => {
      if (mood === 'silent') return;
      if (mood === 'up') {
        const length = Number(request.headers['content-length']);
        taken.push({ path: request.url ?? '', fields: request.headers, length, body });
      }
      response.writeHead(mood === 'up' ? 200 : mood).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const dashboard = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mood: 'up' as Mood,
    taken,
    tries: 0,
    records: () =>
      taken
        .filter(({ path }) => path.endsWith('/stats'))
        .flatMap(({ body }) => (body as { stats: { endpoint: string }[] }).stats),
    until: (isRight: (dashboard: Dashboard) => boolean): Promise<Dashboard> =>
      eventually<Dashboard>(() => dashboard, isRight),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return dashboard;
}
