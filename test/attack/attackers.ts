import { connect, type Socket } from 'node:net';
import { type Kind, act } from './kinds';

/** Opens connections of one kind at a bounded rate and holds them, a process of its own: PORT KIND CONNECTIONS RATE. */

const TICK_MS = 5;
const [port = 0, kind = '', connections = 0, rate = 0] = process.argv
  .slice(2)
  .map((text, i) => (i === 1 ? text : Number(text)));
const startedAtMs = performance.now();
const held = new Set<Socket>();
let opened = 0;

function open(): void {
  const number = opened++;
  const socket = connect(Number(port), '127.0.0.1');
  held.add(socket);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => held.delete(socket));
  socket.on('connect', () => act(kind as Kind, number, socket));
}

const opening = setInterval(() => {
  const due = Math.min(Number(connections), ((performance.now() - startedAtMs) / 1000) * Number(rate));
  while (opened < due) open();
  if (opened < Number(connections)) return;
  clearInterval(opening);
  process.send?.('opened');
}, TICK_MS);

process.on('message', () => process.exit());
