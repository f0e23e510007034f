import * as z from 'zod/mini';
import { BEFORE } from './insert';
import { type Manifest, whereIs } from './manifests';
import { isPortName, parsePort } from './port';
import { messageOf, Problem } from './problem';
import { valueAt } from './tree';

/** The annotation that records the changes of inject, so that they can be undone without the original manifest. */
export const ANNOTATION = 'ambassador/inject';

/** The names that the service's port can get after the sidecar has taken over its name. */
export const NEW_PORT_NAMES = ['target', 'target-http', 'decorated'] as const;

const refined = (accepts: (text: string) => boolean, error: string) => z.string().check(z.refine(accepts, { error }));

const label = refined((text) => /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(text), 'is not a DNS label');
const portName = refined(isPortName, 'is not a port name');
const before = z.optional(z.enum(BEFORE));

/**
 * A port as it was written in the text. It is parsed here and printed again when it is restored; the text itself is not
 * used.
 */
const port = z.pipe(
  z.string(),
  z.transform((text, payload) => {
    const parsed = parsePort(text);
    if (parsed) return parsed;
    payload.issues.push({ code: 'custom', message: 'is not the text of a port', input: text });
    return z.NEVER;
  }),
);

const takenName = z
  .strictObject({
    name: portName,
    as: z.enum(NEW_PORT_NAMES),
    /** The texts of all places that had the name. Set only if one of them was not the unquoted name. */
    raw: z.optional(z.array(port)),
    /** Written by earlier versions and ignored. The port is found by its new name, which is unique in the pod. */
    container: z.optional(z.string()),
  })
  .check(z.refine(({ name, raw = [] }) => raw.every(({ value }) => value === name), { error: 'has two port names' }));

/** The changes of inject to a workload. */
const workloadRecord = z
  .strictObject({
    container: label,
    list: z.enum(['containers', 'initContainers']),
    volume: z.optional(label),
    port: z.optional(takenName),
    /** The text in place of each collection before inject created it. */
    made: z.optional(
      z.strictObject({ annotations: before, containers: before, initContainers: before, volumes: before }),
    ),
  })
  .check(
    z.refine(({ container, volume }) => volume === undefined || volume === volumeName(container), {
      error: 'has a volume of another name',
    }),
  );

/** The text of a `targetPort`; '' if there was none. */
const targetPort = z.union([z.literal(''), port]);
const made = z.optional(z.strictObject({ annotations: before }));
const index = refined((text) => /^(?:0|[1-9][0-9]{0,4})$/.test(text), 'is not an index');

/** The changes of inject to the ports of a Service, by port index. */
const serviceRecord = z.strictObject({ targetPorts: z.record(index, targetPort), made });

/** The change of inject to the port of a Route. */
const routeRecord = z.strictObject({ targetPorts: z.strictObject({ route: targetPort }), made });

export type WorkloadRecord = z.infer<typeof workloadRecord>;
export type ServiceRecord = z.infer<typeof serviceRecord>;
export type RouteRecord = z.infer<typeof routeRecord>;
export type TakenName = z.infer<typeof takenName>;
export type TargetPort = z.infer<typeof targetPort>;

/** The form in which a record is written. */
export type InjectRecord = z.input<typeof workloadRecord> | z.input<typeof serviceRecord> | z.input<typeof routeRecord>;

/** Returns the name of the sidecar's volume. */
export const volumeName = (container: string): string => `${container}-pages`;

export const workloadRecordOf = (manifest: Manifest): WorkloadRecord | undefined => recordOf(manifest, workloadRecord);
export const serviceRecordOf = (manifest: Manifest): ServiceRecord | undefined => recordOf(manifest, serviceRecord);
export const routeRecordOf = (manifest: Manifest): RouteRecord | undefined => recordOf(manifest, routeRecord);

/**
 * Reads the annotation; returns `undefined` if there is none. The author of the manifest controls it, so it is
 * validated.
 */
function recordOf<T>(manifest: Manifest, schema: z.ZodMiniType<T>): T | undefined {
  const annotation = valueAt(manifest.value, 'metadata', 'annotations', ANNOTATION);
  if (annotation === undefined) return undefined;
  if (typeof annotation !== 'string') throw notARecord(manifest, 'it is not text');
  const result = z.safeParse(schema, parseJson(manifest, annotation));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw notARecord(manifest, issue ? issueText(issue) : 'it does not match');
}

function parseJson(manifest: Manifest, text: string): unknown {
  try {
    return JSON.parse(text, (key, value: unknown) => {
      // zod drops this key from a record without an error.
      if (key === '__proto__') throw new SyntaxError('it has the member __proto__');
      return value;
    });
  } catch (error) {
    throw notARecord(manifest, messageOf(error));
  }
}

function issueText(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `it has the unknown member ${issue.keys.join(', ')}`;
  const place = issue.path.length === 0 ? 'it' : issue.path.join('.');
  return `${place} ${issue.code === 'custom' ? issue.message : 'has a value that inject does not write'}`;
}

function notARecord(manifest: Manifest, why: string): Problem {
  return new Problem(
    `${whereIs(manifest)}: the annotation ${ANNOTATION} was edited and is not a valid record of inject (${why}); ` +
      'use the original manifest, or remove the annotation and undo its changes by hand',
  );
}
