/** What the package exports: the ambassador to write sidecars of one's own with, and its types. */
export { Ambassador, type AmbassadorOptions, type TunnelHandle } from './ambassador';
export { type Field, Fields } from './http1/fields';
export {
  type Listen,
  type Page,
  type RequestHeader,
  type ResponseHeader,
  type Subscriber,
  type SubscriberExchange,
} from './middleware/subscriber';
