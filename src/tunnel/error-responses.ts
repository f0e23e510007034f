import { type Field } from '../http1/fields';
import { fieldsOf } from '../http1/request-head';
import { imfFixdate } from './http-date';
import { type Exchange } from './exchange';
import { type Rejection, type TargetFailure } from './termination';

/** An authored response, for an exchange without a usable response of the target. */
export interface ErrorResponse {
  readonly status: number;
  readonly reason: string;
  /** One sentence for people that says what happened. */
  readonly sentence: string;
  /** The error type of RFC 9209 §2.3. */
  readonly proxyError: string;
}

const badRequest = (sentence: string): ErrorResponse => ({
  status: 400,
  reason: 'Bad Request',
  sentence,
  proxyError: 'http_request_error',
});

const badGateway = (sentence: string, proxyError: string): ErrorResponse => ({
  status: 502,
  reason: 'Bad Gateway',
  sentence,
  proxyError,
});

const unavailable = (sentence: string, proxyError: string): ErrorResponse => ({
  status: 503,
  reason: 'Service Unavailable',
  sentence,
  proxyError,
});

const gatewayTimeout = (sentence: string, proxyError: string): ErrorResponse => ({
  status: 504,
  reason: 'Gateway Timeout',
  sentence,
  proxyError,
});

const ambiguousLength = badRequest('The request states its length in a way that could be read in two ways.');
const malformedField = badRequest('A header field of the request is malformed.');
const malformedLine = badRequest('The first line of the request is malformed.');
const badHost = badRequest('The request must name exactly one valid host.');
const headTooLarge: ErrorResponse = {
  status: 431,
  reason: 'Request Header Fields Too Large',
  sentence: 'The header fields of the request are larger than this service accepts.',
  proxyError: 'http_request_error',
};

/** The response for each failure. */
export const ERROR_RESPONSES: Readonly<Record<Rejection | TargetFailure, ErrorResponse>> = {
  'bad-request-line': malformedLine,
  'bad-request-target': badRequest('The request target is malformed.'),
  'bad-version': malformedLine,
  'unsupported-version': {
    status: 505,
    reason: 'HTTP Version Not Supported',
    sentence: 'Only HTTP/1.0 and HTTP/1.1 are spoken here.',
    proxyError: 'http_request_error',
  },
  'bad-field-line': malformedField,
  'obsolete-line-folding': malformedField,
  'bare-cr': malformedField,
  'bare-lf': malformedField,
  'missing-host': badHost,
  'repeated-host': badHost,
  'bad-host': badHost,
  'bad-content-length': ambiguousLength,
  'conflicting-content-length': ambiguousLength,
  'repeated-content-length': ambiguousLength,
  'disguised-framing': ambiguousLength,
  'length-with-transfer-coding': ambiguousLength,
  'bad-transfer-coding': ambiguousLength,
  'transfer-coding-on-http10': ambiguousLength,
  'unknown-transfer-coding': {
    status: 501,
    reason: 'Not Implemented',
    sentence: 'The request uses a transfer coding that is not known here.',
    proxyError: 'http_request_error',
  },
  'connect-with-content': badRequest('A CONNECT request has no content.'),
  'bad-chunk': badRequest('The chunked content of the request is malformed.'),
  'bad-trailer': badRequest('The request has a trailer field that must not be one.'),
  'request-line-too-long': {
    status: 414,
    reason: 'URI Too Long',
    sentence: 'The address of the request is longer than this service accepts.',
    proxyError: 'http_request_error',
  },
  'head-too-large': headTooLarge,
  'too-many-fields': headTooLarge,
  'header-timeout': {
    status: 408,
    reason: 'Request Timeout',
    sentence: 'The request took too long to arrive.',
    proxyError: 'http_request_error',
  },
  'content-timeout': {
    status: 408,
    reason: 'Request Timeout',
    sentence: 'The content of the request stopped arriving.',
    proxyError: 'http_request_error',
  },
  'memory-exhausted': unavailable(
    'The service is at the limit of its memory. Please try again in a moment.',
    'proxy_internal_response',
  ),
  'too-many-connections': unavailable(
    'The service has as many connections as it can serve. Please try again in a moment.',
    'connection_limit_reached',
  ),
  'protocol-mismatch': badRequest(
    'The service speaks neither TLS nor HTTP/2 here. Use http:// in place of https://, and HTTP/1.1.',
  ),
  'target-refused': unavailable(
    'The service is not accepting connections. It may be starting; please try again in a moment.',
    'connection_refused',
  ),
  'target-unreachable': unavailable(
    'The service cannot be reached. Please try again in a moment.',
    'destination_unavailable',
  ),
  'connect-timeout': gatewayTimeout('The service did not accept the connection in time.', 'connection_timeout'),
  'target-stalled': gatewayTimeout('The service stopped reading the request.', 'http_response_timeout'),
  'response-timeout': gatewayTimeout('The service did not answer in time.', 'http_response_timeout'),
  'target-reset': badGateway('The service broke the connection before it answered.', 'connection_terminated'),
  'target-closed': badGateway('The service closed the connection before it answered.', 'connection_terminated'),
  'target-malformed': badGateway('The service gave an answer that is not well-formed HTTP.', 'http_protocol_error'),
  'target-truncated': badGateway('The service broke off its answer.', 'http_response_incomplete'),
};

/** Renders the content of an authored response in the media type that the client prefers, and the fields that describe it. */
export type RenderContent = (answer: ErrorResponse, accept: string | undefined) => RenderedContent;

interface RenderedContent {
  /** The fields that describe the content and its selection: `Content-Type`, `Vary`, a policy. */
  readonly fields: readonly Field[];
  readonly content: Buffer;
}

/** `Retry-After` in seconds: most services that are starting are ready by then. */
const RETRY_AFTER_S = 2;

/** Renders an authored response, and records it on the exchange. It always closes the connection. */
export function writeErrorResponse(
  exchange: Exchange,
  answer: ErrorResponse,
  render: RenderContent,
  now: number,
): Buffer {
  const accept = exchange.request === undefined ? undefined : fieldsOf(exchange.request).get('accept');
  const { fields, content } = render(answer, accept);
  const lines = [
    `HTTP/1.1 ${answer.status} ${answer.reason}`,
    'Server: ambassador',
    `Proxy-Status: ambassador; error=${answer.proxyError}`,
    `Date: ${imfFixdate()}`,
    'Cache-Control: no-store',
    ...fields.map(({ name, value }) => `${name}: ${value}`),
    `Content-Length: ${content.length}`,
  ];
  if (answer.status === 503) lines.push(`Retry-After: ${RETRY_AFTER_S}`);
  const head = Buffer.from(`${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`);
  const bytes = exchange.method === 'HEAD' ? head : Buffer.concat([head, content]);
  exchange.sentHead(answer.status, now);
  exchange.sent(bytes.length, bytes.length - head.length);
  return bytes;
}
