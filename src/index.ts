/** What the package exports: the ambassador to write sidecars of one's own with, and its types. */
export {
  Ambassador,
  type AmbassadorOptions,
  type Field,
  Fields,
  type Listen,
  type Page,
  type RequestHeader,
  type ResponseHeader,
  type Subscriber,
  type SubscriberExchange,
  type TunnelHandle,
} from './ambassador';
