import { type Socket } from 'node:net';
import { type RequestFault } from '../http1/fault';
import { type HeadLimits } from '../http1/limits';
import { type RequestHead } from '../http1/request-head';
import { RequestReader } from '../http1/request-reader';
import { type SlotHolder } from './connection-slots';
import { type AdminStream } from './reply';

/** Limits of the request head, with room for the cookies that a browser sends to every port of localhost. */
const LIMITS: HeadLimits = { maxHeadBytes: 16 * 1024, maxRequestLineBytes: 8 * 1024, maxFields: 100 };
/**
 * The maximum number of reads from one connection. A normal head arrives in one or two reads; each read costs about 10
 * µs, whatever its size.
 */
const MAX_READS = 100;
const HEAD_TIMEOUT_MS = 5_000;
/** The time for a reply, longer than a scrape waits for the previous ones. */
const REPLY_TIMEOUT_MS = 30_000;
const SEND_TIMEOUT_MS = 10_000;
/** The time for the peer to close its side after a long response. */
const LEAVE_TIMEOUT_MS = 2_000;
/**
 * The length of a short response. Longer ones can stay in kernel buffers if the peer does not read, so their
 * transmission is supervised until the end.
 */
const SHORT_BYTES = 16 * 1024;

export interface ConnectionOwner {
  onRequest(connection: AdminConnection, head: RequestHead): void;
  onFault(connection: AdminConnection, fault: RequestFault): void;
  onClose(connection: AdminConnection): void;
}

type State = 'reading' | 'replying' | 'sending' | 'leaving' | 'streaming' | 'closed';

/**
 * A connection to the admin port. It carries one request and is closed after the response, so that no connection is
 * ever idle. Invariant: in every state except `streaming` it has a deadline.
 */
export class AdminConnection implements SlotHolder, AdminStream {
  /** Whether the request is a probe. */
  isProbe = false;
  readonly #socket: Socket;
  readonly #owner: ConnectionOwner;
  readonly #closeListeners: (() => void)[] = [];
  #state: State = 'reading';
  #deadlineMs: number;
  #reader: RequestReader | undefined;
  #held: Buffer | undefined;
  #reads = 0;

  constructor(socket: Socket, owner: ConnectionOwner) {
    this.#socket = socket;
    this.#owner = owner;
    this.#deadlineMs = performance.now() + HEAD_TIMEOUT_MS;
    socket.on('data', (bytes) => this.#receive(bytes));
    socket.on('end', () => this.#receiveEnd());
    // The peer has reset the connection; a 'close' event follows.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#onClosed());
  }

  /** The address of the peer; empty after the peer has disconnected. The first call costs a system call. */
  get address(): string {
    return this.#socket.remoteAddress ?? '';
  }

  get isProbing(): boolean {
    return this.isProbe && this.#state === 'replying';
  }

  get unreadBytes(): number {
    return this.#socket.writableLength;
  }

  /** Sends a whole response and closes the connection; does nothing if the peer has disconnected. */
  send(bytes: Buffer): void {
    if (this.#state === 'closed') return;
    this.#enter('sending', SEND_TIMEOUT_MS);
    if (bytes.length <= SHORT_BYTES) this.#socket.write(bytes, () => this.#socket.destroy());
    else this.#socket.end(bytes, () => this.#enter('leaving', LEAVE_TIMEOUT_MS));
  }

  /** Sends the head of a response that stays open; returns whether the peer is still connected. */
  beginStream(head: Buffer): boolean {
    if (this.#state === 'closed') return false;
    this.#enter('streaming', Infinity);
    this.#socket.setNoDelay(true);
    this.#socket.write(head);
    return true;
  }

  write(bytes: Buffer): void {
    if (this.#state === 'streaming') this.#socket.write(bytes);
  }

  end(): void {
    if (this.#state === 'streaming') this.#socket.end(() => this.#socket.destroy());
  }

  /** Closes the connection in any state. */
  close(): void {
    this.#socket.destroy();
  }

  /** Resets the connection (RST), so that the kernel frees its unread send buffer at once. */
  drop(): void {
    this.#socket.resetAndDestroy();
  }

  onClose(listener: () => void): void {
    this.#closeListeners.push(listener);
  }

  checkDeadline(nowMs: number): void {
    if (nowMs > this.#deadlineMs) this.drop();
  }

  #enter(state: State, timeoutMs: number): void {
    this.#state = state;
    this.#deadlineMs = performance.now() + timeoutMs;
  }

  #receive(bytes: Buffer): void {
    if (++this.#reads > MAX_READS) this.drop();
    // Bytes after the request are ignored: the connection is closed after the response.
    else if (this.#state === 'reading') this.#read(bytes);
  }

  #read(bytes: Buffer): void {
    const reader = (this.#reader ??= new RequestReader(LIMITS));
    const all = this.#held === undefined ? bytes : Buffer.concat([this.#held, bytes]);
    const step = reader.step(all, 0, all.length);
    this.#held = undefined;
    if (step === 'more') {
      this.#held = all.subarray(reader.position);
      return;
    }
    this.#enter('replying', REPLY_TIMEOUT_MS);
    if (step === 'head' && reader.head !== undefined) this.#owner.onRequest(this, reader.head);
    else this.#owner.onFault(this, reader.fault);
  }

  /** Handles FIN. A peer that has closed its side may still wait for its response. */
  #receiveEnd(): void {
    if (this.#state === 'replying' || this.#state === 'sending') return;
    this.#socket.destroy();
  }

  #onClosed(): void {
    this.#state = 'closed';
    this.#owner.onClose(this);
    for (const listener of this.#closeListeners) listener();
  }
}
