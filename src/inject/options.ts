import { parseArgs } from 'node:util';
import { Problem } from './problem';

/** The command that the arguments of `ambassador inject` select. */
export type Command =
  { readonly run: 'help' } | { readonly run: 'remove' } | { readonly run: 'add'; readonly options: InjectOptions };

export interface InjectOptions {
  /** The name of the sidecar container. */
  readonly name: string;
  readonly image: string;
  /** The port of the sidecar; `undefined` selects the first free one of a short list. */
  readonly port: number | undefined;
  /** The port of the service; `undefined` if it is to be found in the manifest. */
  readonly targetPort: number | undefined;
  /** The container of the service; `undefined` selects the container that has the port. */
  readonly container: string | undefined;
  /** The ConfigMap and the key of the 404 page. */
  readonly page: { readonly configMap: string; readonly key: string } | undefined;
  /**
   * Whether the sidecar is a native sidecar (an init container with restart policy Always) instead of a second
   * container.
   */
  readonly native: boolean;
  /** The port of probes and metrics; `undefined` disables the admin port and therefore the probes. */
  readonly adminPort: number | undefined;
}

export const HELP = `Usage: ambassador inject [options] < manifests > manifests

Adds the ambassador to every workload on stdin (YAML or JSON, several documents, Lists) and points the
Services and Routes in the same input to it. Everything else stays the same. Needs no cluster.

  --target-port N     the service's port (default: found in the container's ports)
  --container NAME    the service's container, when several have ports
  --port N            the ambassador's port (default: 8080, or 8087 when 8080 is taken)
  --page MAP[/KEY]    ConfigMap with the page for 404 (default key: 404.html)
  --image IMAGE       default: decorator:latest
  --name NAME         name of the added container (default: decorator)
  --native            as a native sidecar (Kubernetes 1.29 or newer); always used for jobs
  --plain             as a plain second container (default)
  --admin-port N|off  probes and metrics (default: 9901)
  --remove            remove the changes of an earlier inject
  --help              print this text

Before the output is printed, it is parsed again and compared with the input: only intended changes are accepted.

Exit codes: 0 success, 64 invalid options, 65 manifests that cannot be processed, 70 a bug in inject. If
the code is not 0, stdout is empty.
`;

const FLAGS = {
  'target-port': { type: 'string' },
  container: { type: 'string' },
  port: { type: 'string' },
  page: { type: 'string' },
  image: { type: 'string', default: 'decorator:latest' },
  name: { type: 'string', default: 'decorator' },
  native: { type: 'boolean', default: false },
  plain: { type: 'boolean', default: false },
  'admin-port': { type: 'string', default: '9901' },
  remove: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false, short: 'h' },
} as const;

/** Parses the arguments after `inject`. Throws a Problem that names the wrong argument. */
export function readOptions(argv: readonly string[]): Command {
  const { values, tokens } = parse(argv);
  if (values.help) return { run: 'help' };
  if (values.remove) {
    const other = tokens.find((token) => token.kind === 'option' && token.name !== 'remove');
    if (other?.kind === 'option') throw new Problem(`--remove takes no other options; remove --${other.name}`);
    return { run: 'remove' };
  }
  if (values.native && values.plain) throw new Problem('choose one of --native and --plain');
  const options = {
    name: named('--name', values.name),
    image: filled('--image', values.image),
    port: port('--port', values.port),
    targetPort: port('--target-port', values['target-port']),
    container: values.container,
    page: page(values.page),
    native: values.native,
    adminPort: values['admin-port'] === 'off' ? undefined : port('--admin-port', values['admin-port']),
  };
  refuseSamePort(options);
  return { run: 'add', options };
}

const parseFlags = (args: string[]) => parseArgs({ args, options: FLAGS, tokens: true, strict: true });

function parse(argv: readonly string[]): ReturnType<typeof parseFlags> {
  try {
    return parseFlags([...argv]);
  } catch (error) {
    throw new Problem(error instanceof Error ? error.message : String(error));
  }
}

function port(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > 65_535) throw new Problem(`${flag} ${text}: give a number from 1 to 65535`);
  return value;
}

/**
 * Validates a DNS label, as Kubernetes requires for names of containers and volumes. It is short enough for suffixes.
 */
function named(flag: string, text: string): string {
  if (/^[a-z0-9]([-a-z0-9]{0,54}[a-z0-9])?$/.test(text)) return text;
  throw new Problem(`${flag} ${text}: use lower case letters, digits and dashes`);
}

function filled(flag: string, text: string): string {
  if (/^[!-~]+$/.test(text)) return text;
  throw new Problem(`${flag} is empty, or contains white space or non-ASCII characters`);
}

function page(text: string | undefined): InjectOptions['page'] {
  if (text === undefined) return undefined;
  const found = /^([a-z0-9](?:[-.a-z0-9]*[a-z0-9])?)(?:\/([-._a-zA-Z0-9]+))?$/.exec(text);
  if (found?.[1] === undefined) throw new Problem(`--page ${text}: give CONFIGMAP or CONFIGMAP/KEY`);
  return { configMap: found[1], key: found[2] ?? '404.html' };
}

function refuseSamePort({ port: own, targetPort, adminPort }: InjectOptions): void {
  const given = [own, targetPort, adminPort].filter((number) => number !== undefined);
  if (new Set(given).size < given.length) {
    throw new Problem('--port, --target-port and --admin-port must be three different ports');
  }
}
