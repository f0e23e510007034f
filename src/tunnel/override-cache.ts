import { type Override, type OverrideContext, renderOverride } from '../http1/response-writer';
import { type ResponseHead } from '../http1/response-head';

/** A response that went out, and all that it was made of. */
interface Rendered {
  readonly override: Override;
  readonly head: Buffer;
  readonly context: OverrideContext;
  readonly response: Buffer;
}

let last: Rendered | undefined;

/**
 * As {@link renderOverride}, but for the response before this one, where it would be the same again: a service says its 404 in
 * the same words many times a second. Who gets the bytes must leave them as they are.
 */
export function renderOverrideAgain(override: Override, target: ResponseHead, context: OverrideContext): Buffer {
  const head = target.bytes.subarray(target.start, target.end);
  if (last?.override === override && isSameContext(last.context, context) && last.head.equals(head)) {
    return last.response;
  }
  const response = renderOverride(override, target, context);
  // The head stands in a buffer that will be read into again, or is far longer than the head.
  last = { override, head: Buffer.from(head), context, response };
  return response;
}

const isSameContext = (one: OverrideContext, other: OverrideContext): boolean =>
  one.date === other.date &&
  one.closes === other.closes &&
  one.omitsContent === other.omitsContent &&
  one.minorVersion === other.minorVersion;
