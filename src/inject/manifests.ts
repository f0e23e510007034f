import { isAlias, isMap, isSeq, type Node } from 'yaml';
import { type ManifestDocument, readDocuments } from './documents';
import { type Place, placeAt } from './places';
import { Problem } from './problem';
import { type Source } from './source';
import { textOf, type Path, type Tree, valueAt } from './tree';

/** One object of the stream: a whole document, or an item of a List or Template. */
export interface Manifest extends Place {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly value: Tree;
}

/** A text and the objects that it contains. */
export interface Stream {
  readonly source: Source;
  readonly documents: readonly ManifestDocument[];
  readonly manifests: readonly Manifest[];
}

/** Reads every manifest of a YAML or JSON text. Throws a Problem that names the place of a syntax error. */
export function readStream(source: Source): Stream {
  const documents = readDocuments(source);
  const manifests = documents.flatMap((document, index) =>
    document.contents ? objectsOf(document, document.contents, document.value, [index]) : [],
  );
  return { source, documents, manifests };
}

/** Names the document and the manifest, for messages. */
export const whereIs = ({ document, what }: Place<Node>): string => `document ${document.number}, ${what}`;

function objectsOf(document: ManifestDocument, node: Node, value: Tree, path: Path): readonly Manifest[] {
  if (isAlias(node))
    throw new Problem(`an item of a list is an alias (*${node.source}); replace the alias with its value first`);
  if (!isMap(node)) return [];
  const kind = textOf(value, 'kind') ?? '';
  const own = manifest({ document, node, path, what: '' }, value, kind);
  const inner = kind.endsWith('List') ? 'items' : kind === 'Template' ? 'objects' : undefined;
  if (inner === undefined) return [own];
  const items = placeAt(own, [inner]);
  if (!items || !isSeq(items.node)) return [];
  return items.node.items.flatMap((item, index) =>
    objectsOf(document, item as Node, valueAt(value, inner, index), [...items.path, index]),
  );
}

function manifest(place: Place, value: Tree, kind: string): Manifest {
  const name = textOf(value, 'metadata', 'name') ?? textOf(value, 'metadata', 'generateName') ?? '(unnamed)';
  const namespace = textOf(value, 'metadata', 'namespace');
  return { ...place, kind, name, namespace, what: `${kind}/${name}`, value };
}
