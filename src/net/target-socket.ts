import { Socket, type SocketConstructorOpts, type TcpSocketConnectOpts } from 'node:net';
import { type BufferAccount, type OwnBuffer, type TakeBytes, ownBuffer } from './read-buffer';
import { readRest } from './raw-descriptor';

/**
 * A socket that reads into memory of its own, again and again: what Node allocates for every read of a fast download is
 * most of its cost. And one that keeps what the target said before writing to it failed.
 */
export class TargetSocket extends Socket {
  readonly #own: OwnBuffer;
  #lastWords: readonly Buffer[] = [];

  constructor(take: TakeBytes, account: BufferAccount) {
    const own = ownBuffer(take, account);
    super(optionsFor(own));
    this.#own = own;
  }

  /** What was still unread when a write failed, and must be read before the failure counts. */
  get lastWords(): readonly Buffer[] {
    return this.#lastWords;
  }

  /**
   * A target that has answered may reset the connection behind its answer, because it wants no more of the request
   * (RFC 9112 §9.6). Whoever then writes learns of the reset before having read the answer, and Node closes the
   * descriptor with the answer in it.
   */
  override _destroy(error: NodeJS.ErrnoException | null, callback: (error?: Error | null) => void): void {
    if (error?.syscall === 'write') this.#lastWords = readRest(this);
    super._destroy(error, callback);
    this.#own.release();
  }
}

/** Node takes these of a socket that it makes to connect; the types know them only there. */
type Options = SocketConstructorOpts & Pick<TcpSocketConnectOpts, 'onread' | 'noDelay'>;

const optionsFor = (onread: OwnBuffer): Options => ({
  allowHalfOpen: true,
  noDelay: true,
  onread,
});
