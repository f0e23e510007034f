import { type InjectOptions } from './options';
import { volumeName } from './record';
import { type Tree } from './tree';

/** The ports of the sidecar in one workload. */
export interface Wiring {
  readonly port: number;
  readonly portName: string;
  readonly targetPort: number;
}

const PAGES = '/etc/ambassador/pages';

/** Builds the sidecar container. It complies with the restricted Pod Security Standard. */
export function sidecarContainer(options: InjectOptions, wiring: Wiring): Tree {
  const { name, image, adminPort, page, native } = options;
  return {
    name,
    image,
    ...(native && { restartPolicy: 'Always' }),
    ports: [
      { name: wiring.portName, containerPort: wiring.port },
      ...(adminPort === undefined ? [] : [{ name: 'decorator-admin', containerPort: adminPort }]),
    ],
    env: environment(options, wiring),
    ...(adminPort !== undefined && probes(adminPort)),
    // Measured: docs/installation.md. No CPU limit: a throttled proxy makes the service slow.
    resources: { requests: { cpu: '10m', memory: '48Mi' }, limits: { memory: '96Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ...(page && { volumeMounts: [{ name: volumeName(name), mountPath: PAGES, readOnly: true }] }),
  };
}

function environment({ adminPort, page, native }: InjectOptions, { port, targetPort }: Wiring): readonly Tree[] {
  return [
    variable('PORT', port),
    variable('TARGET_PORT', targetPort),
    variable('ADMIN_PORT', adminPort ?? 'off'),
    // A plain container is stopped while the pod is still in the Service's endpoints; a native one is stopped after the
    // service. Together the two values stay below the 30 s that a pod has by default.
    ...(native ? [] : [variable('DRAIN_DELAY', '5s'), variable('DRAIN_TIMEOUT', '20s')]),
    ...(page ? [variable('NOT_FOUND_PAGE', `${PAGES}/${page.key}`)] : []),
  ];
}

const variable = (name: string, value: string | number): Tree => ({ name, value: String(value) });

/**
 * Builds the probes. None of them depends on the target: a start-up probe that did would prevent a native sidecar from
 * letting the service start.
 */
function probes(port: number): Readonly<Record<string, Tree>> {
  const get = (path: string) => ({ httpGet: { path, port } });
  return {
    startupProbe: { ...get('/startupz'), periodSeconds: 1, failureThreshold: 30 },
    livenessProbe: get('/livez'),
    readinessProbe: { ...get('/readyz'), periodSeconds: 5 },
  };
}

/** Builds the volume of the page. It is a whole directory: a subPath mount would not see changes of the ConfigMap. */
export const pageVolume = (name: string, configMap: string): Tree => ({
  name: volumeName(name),
  configMap: { name: configMap },
});
