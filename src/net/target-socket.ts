import { Socket, type SocketConstructorOpts, type TcpSocketConnectOpts } from 'node:net';
import { type BufferAccount } from '../memory/accounts';
import { drainDescriptor } from './raw-descriptor';
import { type ReadBuffer, type ReadHandler, createReadBuffer } from './read-buffer';

/**
 * A socket that connects to the target. It reads into reused memory: the allocation for each read is most of the cost of a fast
 * download. It keeps the bytes that the target sent before a write to it failed.
 */
export class TargetSocket extends Socket {
  readonly #readBuffer: ReadBuffer;
  #unreadBytes: readonly Buffer[] = [];

  constructor(handler: ReadHandler, account: BufferAccount) {
    const readBuffer = createReadBuffer(handler, account);
    super(optionsFor(readBuffer));
    this.#readBuffer = readBuffer;
  }

  /** The bytes that were unread when a write failed. Process them before the failure. */
  get unreadBytes(): readonly Buffer[] {
    return this.#unreadBytes;
  }

  /**
   * A target may reset the connection after its response, because it does not want the rest of the request (RFC 9112 §9.6). A
   * write then fails before the response has been read, and Node closes the descriptor together with the response.
   */
  override _destroy(error: NodeJS.ErrnoException | null, callback: (error?: Error | null) => void): void {
    if (error?.syscall === 'write') this.#unreadBytes = drainDescriptor(this);
    super._destroy(error, callback);
    this.#readBuffer.release();
  }
}

/** Node's constructor accepts the options of `connect`; its types list them only there. */
type Options = SocketConstructorOpts & Pick<TcpSocketConnectOpts, 'onread' | 'noDelay'>;

const optionsFor = (onread: ReadBuffer): Options => ({
  allowHalfOpen: true,
  noDelay: true,
  onread,
});
