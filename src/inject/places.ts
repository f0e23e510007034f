import { isAlias, isCollection, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from 'yaml';
import { type ManifestDocument } from './documents';
import { Problem } from './problem';
import { pathText, type Path } from './tree';
import { pairOf } from './yaml-nodes';

/**
 * A node of a manifest and its position: the node gives the position in the text, the path the position in the data.
 */
export interface Place<N extends Node = YAMLMap> {
  readonly node: N;
  /** The path from the root of the stream: the index of the document, then keys and indices. */
  readonly path: Path;
  readonly document: ManifestDocument;
  /** The manifest, for messages: `Deployment/web`. */
  readonly what: string;
}

/**
 * Finds the place at `path` below `from`; returns `undefined` if the path ends early. Throws a Problem for an alias on
 * the path, because it cannot be edited.
 */
export function placeAt(from: Place<Node>, path: Path): Place<Node> | undefined {
  let place: Place<Node> | undefined = from;
  for (const part of path) place &&= child(place, part);
  return place;
}

function child(place: Place<Node>, part: string | number): Place<Node> | undefined {
  const node = isMap(place.node) ? valueNode({ ...place, node: place.node }, String(part)) : itemNode(place.node, part);
  if (!node) return undefined;
  if (isAlias(node))
    throw new Problem(`${place.what} is an alias (*${node.source}); replace the alias with its value first`);
  return { ...place, node, path: [...place.path, part] };
}

function valueNode(place: Place, key: string): Node | undefined {
  const pair = pairOf(place.node, key);
  if (!pair) refuseMerged(place, key);
  return pair?.value ?? undefined;
}

const itemNode = (node: Node, index: string | number): Node | undefined =>
  isSeq(node) ? (node.items[Number(index)] as Node | undefined) : undefined;

/** Rejects an edit of a key that a mapping inherits by a merge key: a key in the mapping itself would replace it. */
function refuseMerged({ node, document, what }: Place, key: string): void {
  if (document.merged.get(node)?.has(key) === true) {
    throw new Problem(`${what} inherits ${key} by a merge key (<<); write the key out first`);
  }
}

/** Finds the mapping at `path`. Throws a Problem if the manifest has none. */
export function mapAt(from: Place<Node>, path: Path): Place {
  const place = placeAt(from, path);
  if (!place || !isMap(place.node)) throw new Problem(`${from.what}: ${pathText(path)} is not a mapping`);
  return { ...place, node: place.node };
}

/** Finds the scalar at `path`, if there is one. */
export function scalarAt(from: Place<Node>, path: Path): Place<Scalar> | undefined {
  const place = placeAt(from, path);
  return place && isScalar(place.node) ? { ...place, node: place.node } : undefined;
}

/** Rejects an edit of a value that an alias repeats: the edit would change both places. */
export function refuseShared({ node, document, what }: Place<Node>, says: string): void {
  const anchor = document.repeated.get(node);
  if (anchor !== undefined) {
    throw new Problem(
      `${what}: ${says} is repeated elsewhere by an alias (*${anchor}); replace the alias with its value first`,
    );
  }
}

/**
 * Rejects an addition to the collection at `place.key`, or its creation, if that would follow an alias or change two
 * places.
 */
export function refuseUneditable(place: Place, key: string): void {
  const value = placeAt(place, [key]);
  refuseShared(value && isCollection(value.node) ? value : place, key);
}
