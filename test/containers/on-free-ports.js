'use strict';

// Podman publishes every port of a pod on every address of the machine, where it may be taken. This filter gives each
// containerPort of a manifest a free port of the loopback address instead.

const { createServer } = require('node:net');
const { text } = require('node:stream/consumers');

/** Ports that were free a moment ago, all different: none is closed before all are open. */
async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))));
  return servers.map((server) => {
    const { port } = server.address();
    server.close();
    return port;
  });
}

async function main() {
  const manifest = await text(process.stdin);
  const places = [...manifest.matchAll(/containerPort: \d+/g)];
  const ports = await freePorts(places.length);
  const result = manifest.replace(/^([ -]*)containerPort: \d+/gm, (line, margin) => {
    const indent = ' '.repeat(margin.length);
    return `${line}\n${indent}hostPort: ${ports.shift()}\n${indent}hostIP: 127.0.0.1`;
  });
  process.stdout.write(result);
}

void main();
