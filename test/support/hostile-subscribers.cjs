'use strict';

/**
 * A program with the package and a subscriber for each way of doing harm that we know. Each acts in the exchange whose target
 * names it. `node hostile-subscribers.cjs PACKAGE TARGET_PORT MODE` prints the port and the names of the subscribers whose
 * failure has to be reported.
 */
const [, , place, target, mode] = process.argv;
const { Ambassador } = require(place);

const planted = () => new Error('planted');

const raise = (value) => () => {
  throw value;
};

/** Values that do harm to code that looks at them. */
const THROWN = {
  anError: planted(),
  aText: 'planted',
  aNumber: 5,
  aBigint: 5n,
  aSymbol: Symbol('planted'),
  aFunction: () => 1,
  undefined: undefined,
  null: null,
  aCircularObject: (() => {
    const circular = {};
    return Object.assign(circular, { circular });
  })(),
  anUnprintableObject: {
    toString: () => {
      throw planted();
    },
    toJSON: () => {
      throw planted();
    },
    get [Symbol.toStringTag]() {
      throw planted();
    },
  },
  anUnreadableError: ['stack', 'message', 'further'].reduce(
    (error, name) => Object.defineProperty(error, name, { enumerable: true, get: raise(planted()) }),
    planted(),
  ),
  anErrorWithAnUnreadableCause: new Error('planted', { cause: unreadable() }),
  aRevokedProxy: revoked(),
  aProxy: unreadable(),
};

function revoked() {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function unreadable() {
  const fail = () => {
    throw planted();
  };
  const traps = ['get', 'has', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor', 'set', 'defineProperty'];
  return new Proxy({}, Object.fromEntries(traps.map((trap) => [trap, fail])));
}

/** Each throws or is rejected with each value, at each moment. */
const failing = Object.entries(THROWN).flatMap(([name, value]) => {
  const reject = () => Promise.reject(value);
  const content = (fail) => (_header, data) => data && fail();
  return Object.entries({
    throws: raise(value),
    isAsync: reject,
    throwsAtRequest: ({ request }) => request.listen(raise(value)),
    throwsAtResponse: ({ response }) => response.listen(raise(value)),
    rejectsAtResponse: ({ response }) => response.listen(reject),
    throwsAtRequestContent: ({ request }) => request.listen(content(raise(value))),
    throwsAtResponseContent: ({ response }) => response.listen(content(raise(value))),
    rejectsAtResponseContent: ({ response }) => response.listen(content(reject)),
  }).map(([how, act]) => [`${how}-${name}`, act]);
});

const reported = {
  ...Object.fromEntries(failing),
  thenableThatRejects: () => ({ then: (_resolve, reject) => reject(planted()) }),
  thenableThatThrows: () => ({ then: raise(planted()) }),
  thenableFunction: () => Object.assign(() => 1, { then: raise(planted()) }),
  thenableWithAGetter: () => ({
    get then() {
      throw planted();
    },
  }),
  promiseWithoutThen: () => Object.assign(Promise.reject(planted()), { then: 5, catch: 5, finally: 5 }),
  promiseOfAPromise: async () => (async () => Promise.reject(planted()))(),
  listenerWithoutLength: ({ request }) =>
    request.listen(Object.defineProperty(() => 1, 'length', { get: raise(planted()) })),
  listenerThatIsAProxy: ({ response }) => response.listen(new Proxy(() => 1, { apply: raise(planted()) })),
  listenerThatIsAClass: ({ response }) => response.listen(class {}),
  listenerThatIsNone: ({ response }) => response.listen(null),
  overridesWithNothing: ({ response }) => response.override(),
  overridesWithAPromise: ({ response }) => response.override(Promise.resolve('')),
  overridesWithAProxy: ({ response }) => response.override(unreadable()),
  overridesWithGetters: ({ response }) =>
    response.override({
      get content() {
        throw planted();
      },
    }),
  overridesWithANumber: ({ response }) => response.listen(() => response.override({ content: 5 })),
  overridesTwice: ({ response }) => {
    response.override('HTTP/1.1 404 Not Found\n\ngone');
    response.override('HTTP/1.1 404 Not Found\n\ngone');
  },
  overridesInContent: ({ response }) =>
    response.listen((_header, data) => data && response.override({ content: 'late' })),
  overridesAtTheEnd: ({ response }) =>
    new Promise((resolve) => setTimeout(resolve, 20)).then(() => response.override({ content: 'late' })),
  changesWhatItIsGiven: (exchange) => {
    exchange.request = exchange.response = null;
    throw planted();
  },
};

/** These do not fail. */
const silent = {
  destroysContent: ({ request, response }) => {
    const destroy = (_header, data) => data && structuredClone(data.buffer, { transfer: [data.buffer] });
    request.listen(destroy);
    response.listen(destroy);
  },
  overwritesContent: ({ request, response }) => {
    const overwrite = (_header, data) => void data?.fill(0);
    request.listen(overwrite);
    response.listen(overwrite);
  },
  drainsMeanwhile: ({ response }) => response.listen(() => handle.then((each) => each.drain(NaN)).catch(() => 1)),
  freezesWhatItIsGiven: (exchange) => Object.freeze(Object.freeze(exchange).response),
  neverEnds: () => new Promise(() => 1),
};

/** Fails where the stack has no room left, so that the report may fail too. */
const deep = {
  listensToItself: ({ response }) => {
    const again = () => response.listen(again);
    response.listen(again);
  },
};

const onError = {
  none: undefined,
  throws: raise(THROWN.anUnreadableError),
  rejects: () => Promise.reject(THROWN.aProxy),
  isAProxy: new Proxy(() => 1, { apply: raise(THROWN.aRevokedProxy) }),
}[mode];

/** In the exchange whose target names it, and in no other. */
const only = (name, act) => (exchange) => {
  let isNamed = false;
  exchange.request.listen((header) => {
    isNamed = header.requestTarget === `/${name}`;
  });
  return isNamed ? act(exchange) : undefined;
};

const acts = { ...reported, ...silent, ...deep };
const subscribers = Object.fromEntries(Object.entries(acts).map(([name, act]) => [name, only(name, act)]));
const handle = new Ambassador({ port: 0, host: '127.0.0.1', target, onError }).tunnel(subscribers);
handle.then(({ address }) => {
  const [reports, others] = [Object.keys(reported), Object.keys({ ...silent, ...deep })];
  console.log(JSON.stringify({ port: address.port, reported: reports, silent: others, deep: Object.keys(deep) }));
});
