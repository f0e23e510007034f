/** The parts of a request that a route receives. */
export interface AdminRequest {
  readonly method: 'GET' | 'HEAD';
  /** The address of the peer. */
  readonly peer: string;
  /** The `Host` field; `undefined` if an HTTP/1.0 request has none. */
  readonly host: string | undefined;
}

/** A response that stays open. Written bytes stay in memory until the peer has read them. */
export interface AdminStream {
  write(bytes: Buffer): void;
  /** The number of bytes that the kernel has not accepted yet. */
  readonly unreadBytes: number;
  /** Ends the response regularly. */
  end(): void;
  /** Resets the connection. */
  drop(): void;
  /** Calls the listener once, when the connection is closed. */
  onClose(listener: () => void): void;
}

type Fields = Readonly<Record<string, string>>;

/** A complete response. The server adds the fields of every response, and omits the content for HEAD. */
export interface WholeReply {
  readonly kind: 'whole';
  readonly status: Status;
  readonly type: string;
  readonly content: string | Buffer;
  readonly fields?: Fields;
}

/** The head of a response whose content `begin` writes. `begin` is not called for HEAD. */
export interface StreamReply {
  readonly kind: 'stream';
  readonly type: string;
  readonly fields?: Fields;
  readonly begin: (stream: AdminStream) => void;
}

export type AdminReply = WholeReply | StreamReply;

export interface AdminRoute {
  /**
   * Whether the route serves a probe. The connection then keeps its slot until the response is sent, however many
   * others arrive.
   */
  readonly isProbe: boolean;
  readonly reply: (request: AdminRequest) => AdminReply | Promise<AdminReply>;
}

/** The routes by path, without query. */
export type AdminRoutes = ReadonlyMap<string, AdminRoute>;

const REASONS = {
  200: 'OK',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  414: 'URI Too Long',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  505: 'HTTP Version Not Supported',
} as const;

type Status = keyof typeof REASONS;

/** Security fields of every response. Routes can override them for their own content. */
const SECURITY_FIELDS: Fields = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

const PLAIN_TEXT = 'text/plain; charset=utf-8';

export const textReply = (status: Status, content: string, fields: Fields = {}): WholeReply => ({
  kind: 'whole',
  status,
  type: PLAIN_TEXT,
  content,
  fields,
});

/** Formats the head. A connection carries one request, so every response closes it. */
function headOf(status: Status, type: string, fields: Fields): string {
  const all = {
    Date: new Date().toUTCString(),
    ...SECURITY_FIELDS,
    'Content-Type': type,
    ...fields,
    Connection: 'close',
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${REASONS[status]}\r\n${lines.join('')}\r\n`;
}

/** Encodes a complete response. */
export function encode({ status, type, content, fields = {} }: WholeReply, isHead: boolean): Buffer {
  const length = Buffer.byteLength(content);
  const head = Buffer.from(headOf(status, type, { 'Content-Length': `${length}`, ...fields }));
  if (isHead) return head;
  return Buffer.concat([head, typeof content === 'string' ? Buffer.from(content) : content]);
}

/** Encodes the head of a response that ends with its connection. */
export const encodeStreamHead = ({ type, fields = {} }: StreamReply): Buffer => Buffer.from(headOf(200, type, fields));
