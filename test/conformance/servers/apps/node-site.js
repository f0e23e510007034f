'use strict';
// The site as one handler of Node's own http, used by node-http.ts; Express, Koa and Fastify have their own files.
const { createHash } = require('node:crypto');
const { createServer } = require('node:http');

const echoAll = process.env.ROLE === 'echo';

function echo(request, response) {
  if (request.url.includes('/unread')) return answerEcho(request, response, '- -');
  const hash = createHash('sha1');
  let length = 0;
  request.on('data', (bytes) => {
    length += bytes.length;
    hash.update(bytes);
  });
  request.on('end', () => answerEcho(request, response, `${length} ${hash.digest('hex')}`));
}

function answerEcho(request, response, content) {
  const said = `${request.method} ${content}`;
  const probe = Buffer.from(request.headers['x-probe'] ?? '', 'latin1').toString('hex') || '-';
  const where = request.url.replace(/[^\x21-\x7e]/g, '?');
  response.writeHead(200, { 'X-Echo': `${said} ${probe} ${where}`, 'Content-Type': 'text/plain' }).end(`${said}\n`);
}

const pages = {
  '/': (response) => response.setHeader('Content-Type', 'text/html').end('<h1>hello</h1>'),
  '/stream': (response) => {
    response.write('one\n');
    response.write('two\n');
    response.end('three\n');
  },
  '/events': (response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    let number = 0;
    const timer = setInterval(() => {
      response.write(`data: ${number}\n\n`);
      if (++number < 3) return;
      clearInterval(timer);
      response.end();
    }, 30);
  },
  '/fields': (response) => {
    const fields = ['X-Odd-CASE', 'a,  b', 'x-lower', 'caf\xe9', 'Set-Cookie', 'a=1; Path=/', 'set-cookie', 'b=2'];
    response.writeHead(200, 'Fine By Me', [...fields, 'Content-Length', '2']).end('ok');
  },
  '/hints': (response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' });
    response.end('hinted');
  },
  '/trailers': (response) => {
    response.writeHead(200, { Trailer: 'X-Sum' });
    response.write('content');
    response.addTrailers({ 'X-Sum': '7' });
    response.end();
  },
  '/empty': (response) => response.writeHead(204).end(),
  '/redirect': (response) => response.writeHead(302, { Location: '/' }).end(),
  '/error': (response) => response.writeHead(500, { 'Content-Type': 'text/html' }).end('<h1>oops</h1>'),
  '/untyped/missing': (response) => response.writeHead(404, { ETag: '"x"', 'X-Kept': 'yes' }).end('gone'),
  '/data/missing': (response) => response.writeHead(404, { 'Content-Type': 'application/json' }).end('{"no":"way"}'),
};

const server = createServer((request, response) => {
  if (echoAll || request.url.startsWith('/echo')) return echo(request, response);
  const page = pages[request.url];
  if (page !== undefined) return page(response);
  return response.writeHead(404, { 'Content-Type': 'text/html', 'Content-Language': 'en' }).end('<h1>missing</h1>');
});

if (!echoAll) {
  const { WebSocketServer } = require('ws');
  new WebSocketServer({ server, path: '/socket' }).on('connection', (peer) => {
    peer.on('message', (message) => peer.send(`echo ${String(message)}`));
  });
}
server.listen(Number(process.env.PORT), '127.0.0.1');
