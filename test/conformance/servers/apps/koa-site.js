'use strict';
const { createHash } = require('node:crypto');
const { Readable } = require('node:stream');
const Koa = require('koa');

const pages = {
  '/': (context) => (context.body = '<h1>hello</h1>'),
  '/stream': (context) => (context.body = Readable.from(['one\n', 'two\n', 'three\n'], { objectMode: false })),
  '/empty': (context) => (context.status = 204),
  '/redirect': (context) => context.redirect('/'),
  '/error': (context) => context.throw(500),
  '/data/missing': (context) => {
    context.status = 404;
    context.body = { no: 'way' };
  },
};

const echo = async (context) => {
  const hash = createHash('sha1');
  let length = 0;
  for await (const bytes of context.req) {
    length += bytes.length;
    hash.update(bytes);
  }
  const said = `${context.method} ${length} ${hash.digest('hex')}`;
  context.set('X-Echo', `${said} ${context.url.replace(/[^\x21-\x7e]/g, '?')}`);
  context.body = `${said}\n`;
};

const site = new Koa({ silent: true });
site.silent = true;
site.use((context) => {
  if (process.env.ROLE === 'echo' || context.url.startsWith('/echo')) return echo(context);
  return pages[context.url]?.(context);
});
site.listen(Number(process.env.PORT), '127.0.0.1');
