import { scalarAt } from './nodes';
import { type Manifest } from './manifests';
import { Problem } from './problem';
import { entries, textOf, type Tree } from './tree';
import { type Before } from './insert';

/** The annotation in which a manifest remembers what was done to it, so that it can be undone without the original. */
export const ANNOTATION = 'ambassador/inject';

/** A port name of the service's container that the sidecar has taken over. */
export interface TakenName {
  readonly container: string;
  readonly name: string;
  readonly as: string;
  /** The sources of all places that say the name, where one of them is not the bare name. */
  readonly raw?: readonly string[];
}

/** What was done to one manifest. Every member is absent where nothing of its sort was done. */
export interface InjectRecord {
  /** The sidecar's container, and in which list it is. */
  readonly container?: string;
  readonly list?: 'containers' | 'initContainers';
  readonly volume?: string;
  readonly port?: TakenName;
  /** `targetPort` of Service ports by index, or of a Route: the source that stood there, '' for none. */
  readonly targetPorts?: Readonly<Record<string, string>>;
  /** Collections that had to be made, by key. */
  readonly made?: Readonly<Record<string, Before>>;
}

/** The record of a manifest, or undefined when nothing was done to it. */
export function recordOf(manifest: Manifest): InjectRecord | undefined {
  const node = scalarAt(manifest.node, ['metadata', 'annotations', ANNOTATION], manifest.what);
  if (!node) return undefined;
  try {
    return decode(JSON.parse(String(node.value)) as Tree);
  } catch {
    throw new Problem(`${manifest.what}: the annotation ${ANNOTATION} was changed by hand and cannot be read`);
  }
}

function decode(tree: Tree): InjectRecord {
  const list = textOf(tree, 'list');
  if (list !== undefined && list !== 'containers' && list !== 'initContainers') throw new Error('no such list');
  const container = textOf(tree, 'container');
  const volume = textOf(tree, 'volume');
  const port = decodePort(tree);
  return {
    ...(container !== undefined && { container }),
    ...(list !== undefined && { list }),
    ...(volume !== undefined && { volume }),
    ...(port && { port }),
    targetPorts: texts(tree, 'targetPorts'),
    made: texts(tree, 'made'),
  };
}

function decodePort(tree: Tree): TakenName | undefined {
  const container = textOf(tree, 'port', 'container');
  const name = textOf(tree, 'port', 'name');
  const as = textOf(tree, 'port', 'as');
  if (container === undefined || name === undefined || as === undefined) return undefined;
  const raw = Object.values(texts(tree, 'port', 'raw'));
  return { container, name, as, ...(raw.length > 0 && { raw }) };
}

const texts = (tree: Tree, ...path: string[]): Record<string, string> =>
  Object.fromEntries(
    entries(tree, ...path).filter((entry): entry is readonly [string, string] => typeof entry[1] === 'string'),
  );
