import { type Override, createOverride } from '../http1/override';
import { fieldsOf } from '../http1/request-head';
import { PAGE_CONTENT_TYPE } from '../pages/built-in';
import { type NotFoundMode, shouldOverride } from '../pages/policy';
import { type Exchange } from '../tunnel/exchange';
import { type Stage } from './chain';

const NOT_FOUND = 404;

/** A field by which a service keeps its own 404 for one response: `X-Ambassador-Override: off`. */
const OPT_OUT = 'x-ambassador-override';

/** The stage, and the way to change its page while it runs. */
export interface OverrideNotFound extends Stage {
  readonly show: (page: Buffer) => void;
}

/** Puts `page` in place of the target's 404, where the client is a person (see `shouldOverride`). */
export function overrideNotFound(mode: NotFoundMode, page: Buffer): OverrideNotFound {
  let render = pageRenderer(page);
  return {
    name: 'overrideNotFound',
    show(next) {
      render = pageRenderer(next);
    },
    onResponse(exchange) {
      if (exchange.targetStatus !== NOT_FOUND || mode === 'off') return;
      const vary = decide(mode, exchange);
      if (vary !== undefined) exchange.override(render(vary));
    },
  };
}

/** The names that the answer's `Vary` must list, or `undefined` where the target's answer stays. */
function decide(mode: NotFoundMode, exchange: Exchange): readonly string[] | undefined {
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

/** Overrides that show `page`, one for each `Vary` there is; made when first needed and then used again. */
function pageRenderer(page: Buffer): (vary: readonly string[]) => Override {
  const ready = new Map<readonly string[], Override>();
  return (vary) => {
    const known = ready.get(vary);
    if (known !== undefined) return known;
    const fields = [{ name: 'Content-Type', value: PAGE_CONTENT_TYPE }];
    const added = vary.length === 0 ? [] : [{ name: 'Vary', value: vary.join(', ') }];
    const override = createOverride({ keepsFields: true, fields, added, content: page });
    ready.set(vary, override);
    return override;
  };
}
