'use strict';

const express5 = require('express');
const express4 = require('express-4');
const { default: helmet } = require('helmet');

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle cx="20" cy="20" r="20"/></svg>';

const logo = (_request, response) => response.type('svg').send(SVG);
const ownNotFound = (_request, response) => response.status(404).send('<!doctype html><p>gone');

/** Services as their makers ship them: each is a request listener of Node's http. */
module.exports = {
  'Express 5': express5().get('/logo.svg', logo),
  'Express 4': express4().get('/logo.svg', logo),
  'Express 5 with helmet': express5().use(helmet()).get('/logo.svg', logo),
  'Express 4 with helmet and a 404 of its own': express4().use(helmet()).get('/logo.svg', logo).use(ownNotFound),
};
