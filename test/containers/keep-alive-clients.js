'use strict';

// Clients that keep their connection: `keep-alive-clients.js URL CLIENTS REQUESTS` fetches URL REQUESTS times over each of
// CLIENTS connections and prints what it saw as JSON. Every answer has to be 200 with the same content, and no connection
// may be opened twice.

const { Agent, get } = require('node:http');

const [url, clients, requests] = process.argv.slice(2);
const seen = { answers: 0, errors: {}, statuses: {}, otherContent: 0, connections: 0, slowestMs: 0 };
let first;

function count(counts, of) {
  counts[of] = (counts[of] ?? 0) + 1;
}

function fetchOnce(agent) {
  return new Promise((resolve) => {
    const started = performance.now();
    const fail = (error) => {
      count(seen.errors, error.code);
      resolve();
    };
    const request = get(url, { agent }, (response) => {
      const chunks = [];
      response.on('error', fail).on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        const content = Buffer.concat(chunks).toString();
        first ??= content;
        seen.answers += 1;
        count(seen.statuses, response.statusCode);
        if (content !== first) seen.otherContent += 1;
        seen.slowestMs = Math.max(seen.slowestMs, Math.round(performance.now() - started));
        resolve();
      });
    });
    request.on('error', fail);
    request.on('socket', () => (seen.connections += request.reusedSocket ? 0 : 1));
  });
}

async function client() {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let sent = 0; sent < Number(requests); sent += 1) await fetchOnce(agent);
  agent.destroy();
}

async function main() {
  const started = performance.now();
  await Promise.all(Array.from({ length: Number(clients) }, client));
  console.log(JSON.stringify({ ...seen, seconds: Math.round((performance.now() - started) / 100) / 10 }));
}

void main();
