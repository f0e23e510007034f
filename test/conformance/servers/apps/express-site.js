'use strict';
const { createHash } = require('node:crypto');
const express = require('express');

const site = express();
const echo = (request, response) => {
  const hash = createHash('sha1');
  let length = 0;
  request.on('data', (bytes) => {
    length += bytes.length;
    hash.update(bytes);
  });
  request.on('end', () => {
    const said = `${request.method} ${length} ${hash.digest('hex')}`;
    response
      .set('X-Echo', `${said} ${request.originalUrl.replace(/[^\x21-\x7e]/g, '?')}`)
      .type('text')
      .send(`${said}\n`);
  });
};
if (process.env.ROLE === 'echo') site.use(echo);
site.use('/echo', echo);
site.get('/', (_request, response) => response.send('<h1>hello</h1>'));
site.get('/stream', (_request, response) => {
  for (const piece of ['one\n', 'two\n', 'three\n']) response.write(piece);
  response.end();
});
site.get('/fields', (_request, response) => response.cookie('a', '1').cookie('b', '2').send('ok'));
site.get('/empty', (_request, response) => response.sendStatus(204));
site.get('/redirect', (_request, response) => response.redirect('/'));
site.get('/data/missing', (_request, response) => response.status(404).json({ no: 'way' }));
site.get('/error', () => {
  throw new Error('oops');
});
site.use(express.static(process.env.DOCUMENTS));
site.listen(Number(process.env.PORT), '127.0.0.1');
