'use strict';
const { createHash } = require('node:crypto');
const { Readable } = require('node:stream');
const fastify = require('fastify');

const site = fastify();
site.removeAllContentTypeParsers();
site.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
const echo = (request, reply) => {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const said = `${request.method} ${body.length} ${createHash('sha1').update(body).digest('hex')}`;
  return reply.header('X-Echo', `${said} ${request.url.replace(/[^\x21-\x7e]/g, '?')}`).send(`${said}\n`);
};
if (process.env.ROLE === 'echo') {
  site.all('*', echo);
} else {
  site.all('/echo', echo);
  site.get('/', (_request, reply) => reply.type('text/html').send('<h1>hello</h1>'));
  site.get('/stream', (_request, reply) =>
    reply.send(Readable.from(['one\n', 'two\n', 'three\n'], { objectMode: false })),
  );
  site.get('/empty', (_request, reply) => reply.code(204).send());
  site.get('/redirect', (_request, reply) => reply.redirect('/'));
  site.get('/error', () => {
    throw new Error('oops');
  });
}
site.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
