/** The public exports of the package: the class with which an ambassador of one's own is written, and its types. */
export { Ambassador, type ListeningAddress, type TunnelHandle } from './ambassador';
export { type AmbassadorOptions } from './ambassador-options';
export { type HeadLimits } from './http1/limits';
export {
  type Bytes,
  type Field,
  type Fields,
  type Listen,
  type OnSubscriberError,
  type Page,
  type RequestHeader,
  type ResponseHeader,
  type Subscriber,
  type SubscriberExchange,
  type Subscribers,
} from './middleware/subscriber';
export { type TunnelSettings } from './tunnel/settings';
