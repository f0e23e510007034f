import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import { textOf, type Tree } from '../../src/inject/tree';
import { NEWER_DEFINITIONS, NEWER_FIELDS, type Schema } from './newer-fields';

/** OpenShift's OpenAPI document as a judge of manifests, field by field. */

type Definitions = Readonly<Record<string, Schema>>;

function readDocument(): Definitions {
  const path = require.resolve('openshift-rest-client/lib/specs/openshift-openapi-spec.json.gz');
  const document = JSON.parse(gunzipSync(readFileSync(path)).toString()) as { readonly definitions: Definitions };
  return document.definitions;
}

/** What the document says of a definition, made strict: no unknown field at any depth. */
function strict(name: string, schema: Schema): Schema {
  const properties = { ...schema.properties, ...NEWER_FIELDS[name] };
  const { required, ...rest }: Schema = schema;
  // OpenShift's own kinds list as required whatever the server prints, `status` too; no manifest has that.
  const kept = name.startsWith('com.github.openshift.') ? {} : { required: required ?? [] };
  return closed({ ...rest, ...kept, ...(Object.keys(properties).length > 0 && { properties }) });
}

function closed(schema: Schema): Schema {
  const properties = schema.properties && Object.entries(schema.properties).map(([key, inner]) => [key, closed(inner)]);
  const inner = ['items', 'additionalProperties']
    .filter((keyword) => typeof schema[keyword] === 'object')
    .map((keyword) => [keyword, closed(schema[keyword] as Schema)]);
  return {
    ...schema,
    ...(properties && { properties: Object.fromEntries(properties) as Record<string, Schema> }),
    ...(properties && schema['additionalProperties'] === undefined && { additionalProperties: false }),
    ...(Object.fromEntries(inner) as Record<string, Schema>),
  };
}

/** Types that the document writes as strings, though numbers are taken too. */
const NUMBER_OR_TEXT: Definitions = {
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: ['integer', 'string'] },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: ['number', 'string'], pattern: '^[0-9.]+([mkKMGTPE]i?)?$' },
};

const definitions: Definitions = Object.fromEntries(
  Object.entries({ ...readDocument(), ...NEWER_DEFINITIONS, ...NUMBER_OR_TEXT }).map(([name, schema]) => [
    name,
    strict(name, schema),
  ]),
);

const ajv = new Ajv({
  strict: false,
  allErrors: true,
  formats: { int32: true, int64: true, byte: true, 'date-time': true },
});
ajv.addSchema({ $id: 'openshift', definitions });

/** `route.openshift.io/v1` and `Route` are found as `….route.v1.Route`; the core group has no name. */
function definitionOf(apiVersion: string, kind: string): string | undefined {
  const [group = '', version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion];
  const ending = `.${group.split('.')[0] ?? ''}.${version ?? ''}.${kind}`;
  return Object.keys(definitions).find((name) => name.endsWith(ending));
}

const validators = new Map<string, ValidateFunction>();

function validatorOf(name: string): ValidateFunction {
  const known = validators.get(name) ?? ajv.compile({ $ref: `openshift#/definitions/${name}` });
  validators.set(name, known);
  return known;
}

/** Everything that is wrong with an object, as sentences; none for a correct one. */
export function faultsOf(object: Tree): readonly string[] {
  const [apiVersion = '', kind = ''] = [textOf(object, 'apiVersion'), textOf(object, 'kind')];
  const name = definitionOf(apiVersion, kind);
  if (name === undefined) return [`there is no ${kind} in ${apiVersion}`];
  const validate = validatorOf(name);
  validate(object);
  return (validate.errors ?? []).map(sentence);
}

function sentence({ instancePath, message, params }: ErrorObject): string {
  const extra = 'additionalProperty' in params ? ` (${String(params['additionalProperty'])})` : '';
  return `${instancePath} ${message ?? ''}${extra}`;
}
