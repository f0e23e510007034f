import { FAULTY, INCOMPLETE } from './scan-result';

/**
 * Longest ClientHello that is recognised, record headers included. Clients send 200 bytes to 2 KiB, of which a post-quantum key
 * takes 1.2 KiB; BoringSSL refuses handshake messages beyond this size (`SSL_max_handshake_message_len`).
 */
const MAX_CLIENT_HELLO_BYTES = 16 * 1024;
const RECORD_HEADER_BYTES = 5;
const MESSAGE_HEADER_BYTES = 4;
const MAX_MESSAGE_BYTES = MAX_CLIENT_HELLO_BYTES - RECORD_HEADER_BYTES - MESSAGE_HEADER_BYTES;

/** Content type of a record that carries handshake messages (RFC 8446 §5.1). */
export const HANDSHAKE = 22;
/** Every version from SSL 3.0 to TLS 1.3 is written as 3.x on the wire (RFC 8446 §4.1.2). */
export const MAJOR_VERSION = 3;
export const MAX_MINOR_VERSION = 4;
/** Longest content of a record (RFC 8446 §5.1). */
export const MAX_RECORD_BYTES = 16 * 1024;

const CLIENT_HELLO = 1;
const MAX_SESSION_ID_BYTES = 32;
const RANDOM_BYTES = 32;
const SERVER_NAME = 0;

/** A ServerNameList with one host name (RFC 6066 §3), restricted to the letters of host names. */
const ONE_HOST_NAME = /^[^]{2}\0[^]{2}([\w.-]{1,253})$/;

/** A field of a ClientHello: a number, or opaque bytes. */
interface Field {
  /** Its length; COUNTED where a number before it states the length. */
  readonly bytes: number;
  readonly accepts?: (value: number) => boolean;
  readonly mayBeLast?: boolean;
}

const COUNTED = 0;

const MESSAGE_TYPE: Field = { bytes: 1, accepts: (messageType) => messageType === CLIENT_HELLO };
const MESSAGE_LENGTH: Field = { bytes: 3, accepts: (messageLength) => messageLength <= MAX_MESSAGE_BYTES };
const EXTENSIONS_LENGTH: Field = { bytes: 2, mayBeLast: true };
const EXTENSION_TYPE: Field = { bytes: 2 };
const EXTENSION: Field = { bytes: COUNTED, mayBeLast: true };

/** A ClientHello, RFC 8446 §4.1.2 and RFC 5246 §7.4.1.2. The last three fields repeat; old clients send none of the last four. */
const FIELDS: readonly Field[] = [
  MESSAGE_TYPE,
  MESSAGE_LENGTH,
  { bytes: 1, accepts: (major) => major === MAJOR_VERSION },
  { bytes: 1, accepts: (minor) => minor <= MAX_MINOR_VERSION },
  { bytes: RANDOM_BYTES },
  { bytes: 1, accepts: (sessionIdLength) => sessionIdLength <= MAX_SESSION_ID_BYTES },
  { bytes: COUNTED },
  { bytes: 2, accepts: (cipherSuitesLength) => cipherSuitesLength > 0 && cipherSuitesLength % 2 === 0 },
  { bytes: COUNTED },
  { bytes: 1, accepts: (compressionMethodsLength) => compressionMethodsLength > 0 },
  { bytes: COUNTED, mayBeLast: true },
  EXTENSIONS_LENGTH,
  EXTENSION_TYPE,
  { bytes: 2 },
  EXTENSION,
];

/**
 * Reads the record or records that hold one whole ClientHello, each byte once. The structure is checked down to the lengths of the
 * extensions; what the extensions contain is left to the server, except that the server name is noted.
 */
export class ClientHelloReader {
  #at = 0;
  #recordHeaderAt = 0;
  #recordLength = 0;
  #recordLeft = 0;
  /** Bytes of the message that have not been read; before its length is known, the most that there may be. */
  #messageLeft = MAX_CLIENT_HELLO_BYTES;
  #field = MESSAGE_TYPE;
  #fieldLeft = MESSAGE_TYPE.bytes;
  /** The bytes of the current field as a number; meaningless where they are opaque. */
  #value = 0;
  #extensionType = 0;
  #serverNames = '';
  #isWhole = false;

  /** The host that the client named, if it is a plain host name; the hello may be whole without one. */
  get serverName(): string | undefined {
    return ONE_HOST_NAME.exec(this.#serverNames)?.[1];
  }

  /**
   * Reads on in `bytes`, which are all that the client has sent since the connection began. Returns the length of the hello with its
   * record headers, INCOMPLETE while more bytes could complete it, or FAULTY.
   */
  read(bytes: Buffer): number {
    while (!this.#isWhole && this.#at < bytes.length) {
      const isPlausible =
        this.#recordLeft === 0 ? this.#readRecordHeader(bytes.readUInt8(this.#at)) : this.#readMessage(bytes);
      if (!isPlausible || this.#at > MAX_CLIENT_HELLO_BYTES) return FAULTY;
    }
    return this.#isWhole ? this.#at : INCOMPLETE;
  }

  /**
   * A record without content is forbidden (RFC 8446 §5.1); it would make a hello that never ends. So is one that holds more than the rest
   * of the hello: the client has to wait for the answer (RFC 8446 §4.1.2).
   */
  #readRecordHeader(byte: number): boolean {
    this.#at++;
    switch (this.#recordHeaderAt++) {
      case 0:
        return byte === HANDSHAKE;
      case 1:
        return byte === MAJOR_VERSION;
      case 2:
        return byte <= MAX_MINOR_VERSION;
      case 3:
        this.#recordLength = byte << 8;
        return true;
      default:
        this.#recordHeaderAt = 0;
        this.#recordLeft = this.#recordLength | byte;
        return this.#recordLeft > 0 && this.#recordLeft <= this.#messageLeft;
    }
  }

  #readMessage(bytes: Buffer): boolean {
    const end = Math.min(bytes.length, this.#at + Math.min(this.#recordLeft, this.#fieldLeft));
    if (this.#field === EXTENSION && this.#extensionType === SERVER_NAME) {
      this.#serverNames += bytes.toString('latin1', this.#at, end);
    }
    const length = end - this.#at;
    for (; this.#at < end; this.#at++) this.#value = (this.#value << 8) | bytes.readUInt8(this.#at);
    this.#recordLeft -= length;
    this.#messageLeft -= length;
    this.#fieldLeft -= length;
    return this.#fieldLeft > 0 || this.#endField();
  }

  /** Checks the field that has been read and turns to the next. Returns whether the hello may go on so. */
  #endField(): boolean {
    const field = this.#field;
    const value = this.#value;
    if (field.accepts?.(value) === false) return false;
    if (field === MESSAGE_LENGTH) {
      this.#messageLeft = value;
      if (value < this.#recordLeft) return false;
    } else if (field === EXTENSION_TYPE) this.#extensionType = value;
    else if (field === EXTENSIONS_LENGTH && value !== this.#messageLeft) return false;
    this.#isWhole = this.#messageLeft === 0 && field.mayBeLast === true;
    return this.#isWhole || this.#begin(FIELDS[FIELDS.indexOf(field) + 1] ?? EXTENSION_TYPE);
  }

  #begin(field: Field): boolean {
    this.#field = field;
    this.#fieldLeft = field.bytes === COUNTED ? this.#value : field.bytes;
    this.#value = 0;
    if (this.#fieldLeft > this.#messageLeft) return false;
    return this.#fieldLeft > 0 || this.#endField();
  }
}
