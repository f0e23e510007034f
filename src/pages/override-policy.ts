import { acceptsHtml } from './negotiate';

/** `auto`: pages for people, never for programs. `always`: every 404 that can carry a page. `off`: none. */
export type NotFoundMode = 'auto' | 'always' | 'off';

/** Everything that the decision depends on. Several lines of one field are joined with commas (RFC 9110 §5.3). */
export interface OverrideQuestion {
  readonly mode: NotFoundMode;
  readonly method: string;
  /** The status of the target's final response. */
  readonly status: number;
  readonly accept: string | undefined;
  /** The request's Sec-Fetch-Dest: what a browser does with the response (W3C Fetch Metadata). */
  readonly secFetchDest: string | undefined;
  readonly requestContentType: string | undefined;
  /** The Content-Type of the target's response. */
  readonly targetContentType: string | undefined;
  /** Whether the target's response has a grpc-status field. */
  readonly hasGrpcStatus: boolean;
  /** Whether the service keeps its own response by `X-Ambassador-Override: off`. */
  readonly hasOptedOut: boolean;
}

/**
 * The decision, and the reason for it in one word. `vary` names the request fields that decided, which the `Vary` of the override must
 * list. A 404 that passes would need the same names for a shared cache to be right in every case, but its bytes are the target's.
 * The worst that such a cache can do is to show a person the target's own 404.
 */
export type OverrideDecision =
  | { readonly override: true; readonly because: 'always' | 'named' | 'wildcard'; readonly vary: readonly string[] }
  | { readonly override: false; readonly because: KeepReason };

/** Why the target's response stays. */
type KeepReason =
  | 'mode-off'
  | 'not-404'
  | 'method' // OPTIONS asks about a resource, CONNECT for a tunnel: neither has a reader
  | 'grpc'
  | 'opted-out'
  | 'not-accepted' // the client refuses HTML, or names other types and not HTML
  | 'target-type' // accepted through a wildcard alone, and the target's content is not HTML
  | 'for-a-program'; // accepted through a wildcard alone, by a request that is visibly a program's

/**
 * Whether a response is replaced by the page for 404. In no mode for OPTIONS, CONNECT, gRPC, or where the service opted out.
 *
 * In `auto`, a client that names `text/html` with a weight above 0 gets the page whatever the method and the target's type: a person
 * reads the response to a form's POST, and a script that swaps pages shows what it fetches. A client that takes anything and names
 * nothing gets the page only in place of `text/html`. Plain text stays, because git, go and shell scripts print it; content of no
 * type stays, because nothing shows that it is a page. Also in place of `text/html` it gets no page if the request is visibly a
 * program's:
 * - a method other than GET and HEAD: a browser that sends a form names `text/html`;
 * - a `Sec-Fetch-Dest` that is no navigation (`image`, `script`, `empty`…): no person would see the page, and a script that shows the
 *   target's HTML fragment would show a whole page inside its own. Other clients, and browsers over plain HTTP, send no such field.
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
  const acceptance = acceptsHtml(question.accept);
  if (acceptance === 'named') return NAMED;
  if (acceptance === 'no') return keep('not-accepted');
  if (mediaTypeOf(question.targetContentType) !== 'text/html') return keep('target-type');
  return isForProgram(question) ? keep('for-a-program') : WILDCARD;
}

function isGrpc({ hasGrpcStatus, requestContentType, targetContentType }: OverrideQuestion): boolean {
  return hasGrpcStatus || isGrpcType(requestContentType) || isGrpcType(targetContentType);
}

/** `application/grpc` and its variants: `application/grpc+proto`, `application/grpc-web`. */
const isGrpcType = (contentType: string | undefined): boolean =>
  contentType !== undefined && mediaTypeOf(contentType).startsWith('application/grpc');

/** The destinations whose response a browser shows as a page or in a frame, as the Fetch standard lists them. */
const NAVIGATIONS: ReadonlySet<string> = new Set(['document', 'iframe', 'frame', 'fencedframe', 'embed', 'object']);

function isForProgram({ method, secFetchDest }: OverrideQuestion): boolean {
  if (method !== 'GET' && method !== 'HEAD') return true;
  return secFetchDest !== undefined && !NAVIGATIONS.has(secFetchDest);
}

/** `type/subtype` in lower case, or '' for a field that is absent or empty. */
function mediaTypeOf(contentType = ''): string {
  const end = contentType.indexOf(';');
  return (end === -1 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
}

const keep = (because: KeepReason): OverrideDecision => ({ override: false, because });
