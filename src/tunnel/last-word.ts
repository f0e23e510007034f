import { NO_BODY } from '../http1/body-length';
import { type Exchange } from './exchange';

/** What has room at any client, and so arrives there even when nobody reads it. */
const MAX_BYTES = 32 * 1024;

/**
 * Whether nothing can follow this exchange, which has been served: the client sends no more (RFC 9112 §9.6), and had no content
 * to send, so that it cannot lose its answer by sending on; nor is the target one that answers HEAD with content.
 */
export const isLastWord = ({ request, responseBytes, method }: Exchange): boolean =>
  request?.isPersistent === false && request.body === NO_BODY && method !== 'HEAD' && responseBytes <= MAX_BYTES;
