import { ClientHelloReader, HANDSHAKE } from './client-hello';
import { FAULTY, INCOMPLETE } from './scan-result';

/** The bytes with which every HTTP/2 connection begins (RFC 9113 §3.4). */
export const H2_PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

const P = 0x50;

/**
 * The whole beginning of a connection that speaks another protocol: the preface of HTTP/2, or a ClientHello with its record headers.
 * `length` is the number of its bytes.
 */
export type Preface =
  | { readonly protocol: 'h2'; readonly length: number }
  | { readonly protocol: 'tls'; readonly length: number; readonly serverName: string | undefined };

/** Whether a connection with this first byte may turn out to speak TLS or HTTP/2. For most requests it rules both out. */
export const mayBeOtherProtocol = (firstByte: number | undefined): boolean =>
  firstByte === HANDSHAKE || firstByte === P;

/**
 * Recognises TLS and HTTP/2 by the beginning of a connection, and only by all of it: after that, bytes are relayed unread, and two bytes
 * that look like TLS would open an unmonitored path to a service that ignores them.
 */
export class ProtocolDetector {
  #hello: ClientHelloReader | undefined;
  #matched = 0;

  /**
   * Examines `bytes`, which are all that the client has sent since the connection began. Returns the preface once it is whole; `'http1'`
   * as soon as no preface can come of the bytes, which the request parser then judges; `undefined` in between.
   */
  detect(bytes: Buffer): Preface | 'http1' | undefined {
    return bytes[0] === HANDSHAKE ? this.#detectTls(bytes) : this.#detectH2(bytes);
  }

  #detectTls(bytes: Buffer): Preface | 'http1' | undefined {
    const hello = (this.#hello ??= new ClientHelloReader());
    const length = hello.read(bytes);
    if (length === INCOMPLETE) return undefined;
    return length === FAULTY ? 'http1' : { protocol: 'tls', length, serverName: hello.serverName };
  }

  #detectH2(bytes: Buffer): Preface | 'http1' | undefined {
    const end = Math.min(bytes.length, H2_PREFACE.length);
    for (; this.#matched < end; this.#matched++) {
      if (bytes[this.#matched] !== H2_PREFACE[this.#matched]) return 'http1';
    }
    return end === H2_PREFACE.length ? { protocol: 'h2', length: end } : undefined;
  }
}
