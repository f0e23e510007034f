import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const ITEMS = [
  { id: 1, name: 'kettle' },
  { id: 2, name: 'lamp' },
];

function sendHtml(response: ServerResponse, status: number, title: string, content: string): void {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8' });
  response.end(`<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1>${content}\n`);
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(`${JSON.stringify(value)}\n`);
}

const HOME = `<ul>
<li><a href="/about">A page</a>
<li><a href="/no/such/page">A page that does not exist</a>: the ambassador's page comes in place of the service's
<li><a href="/api/items">An API</a>, and <a href="/api/items/99">an item that it does not have</a>
<li><a href="/slow">An answer that takes three seconds</a>
</ul>
<p>Server-sent events: <output id="clock">none yet</output></p>
<script>
new EventSource('/events').onmessage = ({ data }) => { document.getElementById('clock').value = data; };
</script>`;

const home: Handler = (_request, response) => sendHtml(response, 200, 'A small service', HOME);

const about: Handler = (_request, response) =>
  sendHtml(response, 200, 'About', '<p>It knows nothing of the ambassador in front of it.</p><a href="/">Back</a>');

const slow: Handler = (_request, response) => {
  const timer = setTimeout(() => sendHtml(response, 200, 'At last', '<a href="/">Back</a>'), 3000);
  response.on('close', () => clearTimeout(timer));
};

const events: Handler = (_request, response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  const send = (): void => void response.write(`data: ${new Date().toLocaleTimeString('en-GB')}\n\n`);
  send();
  const timer = setInterval(send, 1000);
  response.on('close', () => clearInterval(timer));
};

const items: Handler = ({ url = '' }, response) => {
  const id = /^\/api\/items\/(.+)$/.exec(url)?.[1];
  const item = ITEMS.find((candidate) => String(candidate.id) === id);
  if (id === undefined) sendJson(response, 200, ITEMS);
  else if (item !== undefined) sendJson(response, 200, item);
  else sendJson(response, 404, { error: 'no such item', id });
};

/** As bare as the 404 of many a service; the cookie is there to see that it stays. */
const notFound: Handler = (_request, response) => {
  response.setHeader('Set-Cookie', 'seen=404');
  sendHtml(response, 404, 'Not Found', '<hr><address>small-service/1.0</address>');
};

const ROUTES: readonly (readonly [RegExp, Handler])[] = [
  [/^\/$/, home],
  [/^\/about$/, about],
  [/^\/slow$/, slow],
  [/^\/events$/, events],
  [/^\/api\/items(?:\/|$)/, items],
];

/** A small site with an API, events, and a 404 of its own: what an ambassador is put in front of. */
export function createService(): Server {
  return createServer((request, response) => {
    const [, handler = notFound] = ROUTES.find(([path]) => path.test(request.url ?? '')) ?? [];
    handler(request, response);
  });
}
