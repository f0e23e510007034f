import { acceptanceOf, acceptsHtml, statedAccept } from './negotiate';

/** `auto`: pages for people, never for programs. `always`: every 404 that can carry a page. `off`: none. */
export type NotFoundMode = 'auto' | 'always' | 'off';

/** All that the decision depends on. A field that came on several lines is joined with commas, as RFC 9110 §5.3 says. */
export interface OverrideQuestion {
  readonly mode: NotFoundMode;
  readonly method: string;
  /** The status of the target's final response. */
  readonly status: number;
  readonly accept: string | undefined;
  /** The request's Sec-Fetch-Dest: what a browser will do with the answer (W3C Fetch Metadata). */
  readonly secFetchDest: string | undefined;
  readonly requestContentType: string | undefined;
  /** The Content-Type of the target's response. */
  readonly targetContentType: string | undefined;
  /** Whether the target's response has a grpc-status field. */
  readonly hasGrpcStatus: boolean;
  /** Whether the service asked to be left alone for this response. */
  readonly hasOptedOut: boolean;
}

/**
 * The decision, and why in one word. `vary` names the request fields that decided and that the override's Vary must list. A 404 of
 * the same rule that is passed through would need it as well for a shared cache to be right in every case, but is not touched:
 * its bytes are the target's. What a cache can do with it at worst is to show a person the target's own 404.
 */
export type OverrideDecision =
  | { readonly override: true; readonly because: 'always' | 'named' | 'wildcard'; readonly vary: readonly string[] }
  | { readonly override: false; readonly because: KeepReason };

/** Why the target's answer stays. */
type KeepReason =
  | 'mode-off'
  | 'not-404'
  | 'method' // OPTIONS asks about a resource, CONNECT for a tunnel: neither has a reader
  | 'grpc'
  | 'opted-out'
  | 'not-accepted'
  | 'for-a-program' // accepted through a wildcard alone, by a request that shows it is a program's
  | 'target-type'; // accepted through a wildcard alone, and the target sent data or what was asked for by name

/**
 * Whether a response is replaced by the page for 404. In no mode for OPTIONS, CONNECT, gRPC, or where the service opted out.
 *
 * In `auto`, a client that names `text/html` with a weight above 0 gets the page whatever the method and the target's type: a
 * form's POST has a reader, and so has the fetch of a script that swaps pages. Through a wildcard (or without Accept) it gets the
 * page only in place of `text/html`, `text/plain` or content of no type, and only if nothing shows a program:
 * - a method other than GET and HEAD: a browser that sends a form names `text/html`;
 * - a Sec-Fetch-Dest that is no navigation (`image`, `script`, `empty`…): nobody would see the page, and a script that shows the
 *   target's plain sentence would show its markup; absent in other clients and over plain HTTP, where this rule is silent;
 * - `text/plain` asked for by name and sent by the target: that is what the client wanted.
 */
export function shouldOverride(question: OverrideQuestion): OverrideDecision {
  if (question.mode === 'off') return keep('mode-off');
  if (question.status !== 404) return keep('not-404');
  if (question.method === 'OPTIONS' || question.method === 'CONNECT') return keep('method');
  if (isGrpc(question)) return keep('grpc');
  if (question.hasOptedOut) return keep('opted-out');
  return question.mode === 'always' ? ALWAYS : decideByAccept(question);
}

const ALWAYS: OverrideDecision = { override: true, because: 'always', vary: [] };
const NAMED: OverrideDecision = { override: true, because: 'named', vary: ['Accept'] };
const WILDCARD: OverrideDecision = { override: true, because: 'wildcard', vary: ['Accept', 'Sec-Fetch-Dest'] };

function decideByAccept(question: OverrideQuestion): OverrideDecision {
  const accept = statedAccept(question.accept);
  const acceptance = acceptsHtml(accept);
  if (acceptance === 'no') return keep('not-accepted');
  if (acceptance === 'named') return NAMED;
  if (isForProgram(question)) return keep('for-a-program');
  if (!isReplaceable(mediaTypeOf(question.targetContentType), accept)) return keep('target-type');
  return WILDCARD;
}

function isGrpc({ hasGrpcStatus, requestContentType, targetContentType }: OverrideQuestion): boolean {
  return hasGrpcStatus || isGrpcType(requestContentType) || isGrpcType(targetContentType);
}

/** `application/grpc`, and what is called so with something behind it: `+proto`, `-web`. */
const isGrpcType = (contentType: string | undefined): boolean =>
  contentType !== undefined && mediaTypeOf(contentType).startsWith('application/grpc');

/** The destinations whose answer a browser shows as a page or in a frame; the list is Fetch's. */
const NAVIGATIONS: ReadonlySet<string> = new Set(['document', 'iframe', 'frame', 'fencedframe', 'embed', 'object']);

function isForProgram({ method, secFetchDest }: OverrideQuestion): boolean {
  if (method !== 'GET' && method !== 'HEAD') return true;
  return secFetchDest !== undefined && !NAVIGATIONS.has(secFetchDest);
}

/** Whether the target's content may give way to a page that the client accepts through a wildcard alone. */
function isReplaceable(targetType: string, accept: string | undefined): boolean {
  if (targetType === 'text/plain') return acceptanceOf(accept, 'text/plain') !== 'named';
  return targetType === 'text/html' || targetType === '';
}

/** `type/subtype` in lower case, or '' for a field that is absent or empty. */
function mediaTypeOf(contentType = ''): string {
  const end = contentType.indexOf(';');
  return (end === -1 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
}

const keep = (because: KeepReason): OverrideDecision => ({ override: false, because });
