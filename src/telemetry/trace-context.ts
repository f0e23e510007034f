const TRACEPARENT = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}(-.*)?$/;
const NO_TRACE = '0'.repeat(32);
const NO_PARENT = '0'.repeat(16);

/**
 * Returns the trace id of a `traceparent` field (W3C Trace Context §3.2), or `''` if it is invalid. Unknown versions
 * may have more data after the flags; version 00 may not, and version `ff` is forbidden.
 */
export function traceIdIn(traceparent: string): string {
  if (traceparent === '') return '';
  const [, version = '', traceId = '', parentId = '', more] = TRACEPARENT.exec(traceparent) ?? [];
  const isValid = version !== 'ff' && traceId !== NO_TRACE && parentId !== NO_PARENT;
  return isValid && (version !== '00' || more === undefined) ? traceId : '';
}
