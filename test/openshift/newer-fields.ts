/** A JSON schema as the document writes it. */
export interface Schema {
  readonly [keyword: string]: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/**
 * What Kubernetes has added since the OpenAPI document that OpenShift's REST client ships (its Pod is that of Kubernetes
 * 1.11), as far as our manifests use it. Each is the field as Kubernetes' own API has it, with the release in which it
 * came to stay. Nothing is loosened: a field that is neither in the document nor here is an error.
 */

const ref = (name: string): Schema => ({ $ref: `#/definitions/${name}` });
const CORE = 'io.k8s.api.core.v1';
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const AUTOSCALING = 'io.k8s.api.autoscaling.v2';
const text: Schema = { type: 'string' };
const count: Schema = { type: 'integer', format: 'int32' };
const object = (properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  required,
});

const topLevel = (spec: Schema): Schema =>
  object({ apiVersion: text, kind: text, metadata: ref(`${META}.ObjectMeta`), spec }, ['spec']);

/** Fields that definitions of the document have gained. */
export const NEWER_FIELDS: Readonly<Record<string, Readonly<Record<string, Schema>>>> = {
  [`${CORE}.Container`]: {
    startupProbe: ref(`${CORE}.Probe`), // 1.20
    restartPolicy: { enum: ['Always'] }, // 1.29, native sidecars; only in init containers
  },
  [`${CORE}.SecurityContext`]: { seccompProfile: ref(`${CORE}.SeccompProfile`) }, // 1.19
  [`${CORE}.PodSecurityContext`]: { seccompProfile: ref(`${CORE}.SeccompProfile`) }, // 1.19
  [`${CORE}.PodSpec`]: { enableServiceLinks: { type: 'boolean' } }, // 1.13
};

/** Definitions that the document does not have at all. */
export const NEWER_DEFINITIONS: Readonly<Record<string, Schema>> = {
  [`${CORE}.SeccompProfile`]: object(
    { type: { enum: ['RuntimeDefault', 'Localhost', 'Unconfined'] }, localhostProfile: text },
    ['type'],
  ),

  // 1.21; the same fields as in v1beta1, which is gone since 1.25
  'io.k8s.api.policy.v1.PodDisruptionBudget': topLevel(ref('io.k8s.api.policy.v1beta1.PodDisruptionBudgetSpec')),

  // 1.23
  [`${AUTOSCALING}.HorizontalPodAutoscaler`]: topLevel(ref(`${AUTOSCALING}.HorizontalPodAutoscalerSpec`)),
  [`${AUTOSCALING}.HorizontalPodAutoscalerSpec`]: object(
    {
      scaleTargetRef: ref('io.k8s.api.autoscaling.v1.CrossVersionObjectReference'),
      minReplicas: count,
      maxReplicas: count,
      metrics: { type: 'array', items: ref(`${AUTOSCALING}.MetricSpec`) },
    },
    ['scaleTargetRef', 'maxReplicas'],
  ),
  [`${AUTOSCALING}.MetricSpec`]: object(
    {
      type: { enum: ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'] },
      resource: object({ name: text, target: ref(`${AUTOSCALING}.MetricTarget`) }, ['name', 'target']),
    },
    ['type'],
  ),
  [`${AUTOSCALING}.MetricTarget`]: object(
    { type: { enum: ['Utilization', 'Value', 'AverageValue'] }, averageUtilization: count },
    ['type'],
  ),

  // The Prometheus operator's own kind, not Kubernetes'.
  'com.coreos.monitoring.v1.PodMonitor': topLevel(
    object(
      {
        selector: ref(`${META}.LabelSelector`),
        podMetricsEndpoints: {
          type: 'array',
          items: object({ port: text, path: text, interval: { type: 'string', pattern: '^([0-9]+[smh])+$' } }),
        },
      },
      ['selector', 'podMetricsEndpoints'],
    ),
  ),
};
