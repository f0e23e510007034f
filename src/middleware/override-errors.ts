import { type Field } from '../http1/fields';
import { QUESTION_MARK, SLASH } from '../http1/grammar';
import { type Override, createOverride } from '../http1/response-writer';
import { type RequestHead, fieldsOf } from '../http1/request-head';
import { type NotFoundPages, type Page, PAGE_CONTENT_TYPE } from '../pages/default-page';
import { type NotFoundMode, shouldOverride } from '../pages/override-policy';
import { type OpenExchange } from '../tunnel/exchange';
import { type Middleware } from './compose';

const NOT_FOUND = 404;

/** A field by which a service keeps its own 404 for one response: `X-Ambassador-Override: off`. */
const OPT_OUT = 'x-ambassador-override';

/** The stage, and the way to change its page while it runs. */
export interface OverrideErrors extends Middleware {
  /** Shows an HTML page of the user's from now on, at every address. It has no Content-Security-Policy. */
  readonly show: (content: Buffer) => void;
}

/** Puts a page in place of the target's 404, where the client is a person (see `shouldOverride`). */
export function overrideErrors(mode: NotFoundMode, pages: NotFoundPages): OverrideErrors {
  let shown = preparePages(pages);
  return {
    name: 'overrideNotFound',
    show(content) {
      const page = { content, createPolicy: undefined };
      shown = preparePages({ anywhere: page, atStart: page });
    },
    onResponse(exchange) {
      if (exchange.targetStatus !== NOT_FOUND || mode === 'off') return;
      const vary = decide(mode, exchange);
      if (vary !== undefined) exchange.override(shown[isAtStart(exchange.request) ? 'atStart' : 'anywhere'](vary));
    },
  };
}

/** The names for the override's `Vary`, or `undefined` where the target's response stays. */
function decide(mode: NotFoundMode, exchange: OpenExchange): readonly string[] | undefined {
  const { request, response } = exchange;
  if (request === undefined || response === undefined) return undefined;
  const asked = fieldsOf(request);
  const answered = fieldsOf(response);
  const decision = shouldOverride({
    mode,
    method: request.method,
    status: response.statusCode,
    accept: asked.get('accept'),
    secFetchDest: asked.get('sec-fetch-dest'),
    requestContentType: asked.get('content-type'),
    targetContentType: answered.get('content-type'),
    hasGrpcStatus: answered.has('grpc-status'),
    hasOptedOut: answered.get(OPT_OUT)?.toLowerCase() === 'off',
  });
  return decision.override ? decision.vary : undefined;
}

/** Whether the request target is `/`, with or without a query. */
function isAtStart(request: RequestHead | undefined): boolean {
  if (request === undefined) return false;
  const { bytes, targetStart, targetEnd } = request;
  return bytes[targetStart] === SLASH && (targetEnd === targetStart + 1 || bytes[targetStart + 1] === QUESTION_MARK);
}

/** Gives the override that shows a page and has these names in `Vary`. */
type PreparedPage = (vary: readonly string[]) => Override;

const preparePages = ({ anywhere, atStart }: NotFoundPages): Record<keyof NotFoundPages, PreparedPage> => ({
  anywhere: preparePage(anywhere),
  atStart: preparePage(atStart),
});

/** Makes the override for each `Vary` once, when the first exchange needs it. */
function preparePage(page: Page): PreparedPage {
  const ready = new Map<readonly string[], Override>();
  return (vary) => {
    const known = ready.get(vary);
    if (known !== undefined) return known;
    const override = createOverride({
      keepsFields: true,
      fields: [{ name: 'Content-Type', value: PAGE_CONTENT_TYPE }],
      added: [...fieldIf('Vary', vary.join(', ')), ...fieldIf('Content-Security-Policy', page.createPolicy?.())],
      content: page.content,
    });
    ready.set(vary, override);
    return override;
  };
}

const fieldIf = (name: string, value: string | undefined): readonly Field[] =>
  value === undefined || value === '' ? [] : [{ name, value }];
