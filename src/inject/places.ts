import { isAlias, isCollection, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from 'yaml';
import { type ManifestDocument } from './documents';
import { Problem } from './problem';
import { pathText, type Path } from './tree';
import { pairOf } from './yaml-nodes';

/** A node of a manifest and where it stands: in the text by the node, in the data by the path. */
export interface Place<N extends Node = YAMLMap> {
  readonly node: N;
  /** From the stream: the index of the document, then keys and indices. */
  readonly path: Path;
  readonly document: ManifestDocument;
  /** The manifest, for messages: `Deployment/web`. */
  readonly what: string;
}

/** The place at `path` below `from`; undefined where the path ends early. An alias on the way is a Problem: it cannot be edited. */
export function placeAt(from: Place<Node>, path: Path): Place<Node> | undefined {
  let place: Place<Node> | undefined = from;
  for (const part of path) place &&= child(place, part);
  return place;
}

function child(place: Place<Node>, part: string | number): Place<Node> | undefined {
  const node = isMap(place.node) ? valueNode({ ...place, node: place.node }, String(part)) : itemNode(place.node, part);
  if (!node) return undefined;
  if (isAlias(node)) throw new Problem(`${place.what} is written by an alias (*${node.source}); write it out first`);
  return { ...place, node, path: [...place.path, part] };
}

function valueNode(place: Place, key: string): Node | undefined {
  const pair = pairOf(place.node, key);
  if (!pair) refuseMerged(place, key);
  return pair?.value ?? undefined;
}

const itemNode = (node: Node, index: string | number): Node | undefined =>
  isSeq(node) ? (node.items[Number(index)] as Node | undefined) : undefined;

/** Refuses to edit a key that a mapping has only by a merge key: a key in the mapping itself would replace it. */
function refuseMerged({ node, document, what }: Place, key: string): void {
  if (document.merged.get(node)?.has(key) === true) {
    throw new Problem(`${what} takes ${key} from another place by a merge key (<<); write it out first`);
  }
}

/** The mapping at `path`, which the manifest must have. */
export function mapAt(from: Place<Node>, path: Path): Place {
  const place = placeAt(from, path);
  if (!place || !isMap(place.node)) throw new Problem(`${from.what}: ${pathText(path)} is not a mapping`);
  return { ...place, node: place.node };
}

/** The scalar at `path`, if there is one. */
export function scalarAt(from: Place<Node>, path: Path): Place<Scalar> | undefined {
  const place = placeAt(from, path);
  return place && isScalar(place.node) ? { ...place, node: place.node } : undefined;
}

/** Refuses an edit at a place that an alias repeats: it would change both places. */
export function refuseShared({ node, document, what }: Place<Node>, says: string): void {
  const anchor = document.repeated.get(node);
  if (anchor !== undefined) {
    throw new Problem(`${what}: ${says} is repeated elsewhere by an alias (*${anchor}); write it out first`);
  }
}

/** Refuses an addition to the collection at `place.key`, or the making of it, that would follow an alias or change two places. */
export function refuseUneditable(place: Place, key: string): void {
  const value = placeAt(place, [key]);
  refuseShared(value && isCollection(value.node) ? value : place, key);
}
