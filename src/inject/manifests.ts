import { isAlias, isMap, isSeq, parseAllDocuments, type Document, type Node, type YAMLMap } from 'yaml';
import { nodeAt } from './nodes';
import { Problem } from './problem';
import { textOf, type Tree } from './tree';

/** One object of the stream: a document of its own, or an item of a List or Template. */
export interface Manifest {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  /** `Deployment/web`, for messages. */
  readonly what: string;
  readonly document: Document;
  readonly node: YAMLMap;
  readonly value: Tree;
}

/** The text that came in and the objects found in it. */
export interface Stream {
  readonly source: string;
  readonly isJson: boolean;
  readonly manifests: readonly Manifest[];
}

/** Reads every document of a YAML or JSON text. Throws a Problem that says where when one is malformed. */
export function readStream(source: string): Stream {
  const documents = parseAllDocuments(source, { merge: true });
  if ('empty' in documents) return { source, isJson: false, manifests: [] };
  const manifests = (documents as Document.Parsed[]).flatMap((document, index) => {
    const [error] = document.errors;
    if (error) throw new Problem(`document ${index + 1} is not YAML: ${error.message.split(':\n')[0] ?? ''}`);
    return document.contents ? objectsOf(document, document.contents) : [];
  });
  return { source, isJson: isJson(source), manifests };
}

function objectsOf(document: Document, node: Node): readonly Manifest[] {
  if (isAlias(node))
    throw new Problem(`an item of a list is written by an alias (*${node.source}); write it out first`);
  if (!isMap(node)) return [];
  const value = plain(document, node);
  const kind = textOf(value, 'kind') ?? '';
  const inner = kind.endsWith('List') ? 'items' : kind === 'Template' ? 'objects' : undefined;
  if (inner === undefined) return [manifest(document, node, value, kind)];
  const items = nodeAt(node, [inner], kind);
  return isSeq(items) ? items.items.flatMap((item) => objectsOf(document, item as Node)) : [];
}

function manifest(document: Document, node: YAMLMap, value: Tree, kind: string): Manifest {
  const name = textOf(value, 'metadata', 'name') ?? textOf(value, 'metadata', 'generateName') ?? '(unnamed)';
  const namespace = textOf(value, 'metadata', 'namespace');
  return { kind, name, namespace, what: `${kind}/${name}`, document, node, value };
}

function plain(document: Document, node: Node): Tree {
  try {
    return node.toJS(document) as Tree;
  } catch (error) {
    throw new Problem(`an alias cannot be followed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isJson(source: string): boolean {
  try {
    JSON.parse(source);
    return true;
  } catch {
    return false;
  }
}
