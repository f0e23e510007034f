import {
  readRequests,
  readResponses,
  switchesProtocol,
  type ModelReading,
  type ModelRequest,
  type ModelRequestHead,
} from '../reference-reader';

/** The methods to which responses are read. The request that the end of the connection cut may be answered too. */
export const methodsOf = ({ requests, ending }: ModelReading): readonly string[] => [
  ...requests.map(({ method }) => method),
  ...(ending.at === 'inside' ? ['POST'] : []),
];

/** A response that switched protocols makes the following bytes opaque; which one did is only known from the responses. */
export function readForwarded(toTarget: Buffer, fromTarget: Buffer): ModelReading {
  const first = readRequests(toTarget);
  const { responses } = readResponses(fromTarget, methodsOf(first), true);
  const isOpaqueAfter = (index: number): boolean =>
    switchesProtocol(first.requests[index]?.method, responses[index]?.status ?? 0);
  return readRequests(toTarget, isOpaqueAfter);
}

/** Every request whose head was forwarded; the last may lack content. */
export const headsOf = ({ requests, unfinished }: ModelReading): readonly (ModelRequest | ModelRequestHead)[] =>
  unfinished === undefined ? requests : [...requests, unfinished];
