import { type InjectOptions } from './options';
import { volumeName } from './record';
import { type Tree } from './tree';

/** What the sidecar is told in one workload. */
export interface Wiring {
  readonly port: number;
  readonly portName: string;
  readonly targetPort: number;
}

const PAGES = '/etc/ambassador/pages';

/** The sidecar as a container of a pod, as the restricted policy wants it. */
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
    // Measured: docs/installation.md. No processor limit: a throttled proxy is a slow service.
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
    // A plain container is told to stop while the pod is still in the Service's endpoints; a native one after the service.
    // Both together stay under the 30 s that a pod has by default.
    ...(native ? [] : [variable('DRAIN_DELAY', '5s'), variable('DRAIN_TIMEOUT', '20s')]),
    ...(page ? [variable('NOT_FOUND_PAGE', `${PAGES}/${page.key}`)] : []),
  ];
}

const variable = (name: string, value: string | number): Tree => ({ name, value: String(value) });

/** None of them asks the target: a start-up probe that did would keep a native sidecar from ever letting the service start. */
function probes(port: number): Readonly<Record<string, Tree>> {
  const get = (path: string) => ({ httpGet: { path, port } });
  return {
    startupProbe: { ...get('/startupz'), periodSeconds: 1, failureThreshold: 30 },
    livenessProbe: get('/livez'),
    readinessProbe: { ...get('/readyz'), periodSeconds: 5 },
  };
}

/** The volume that brings the page. A whole directory: a subPath mount would never see a changed ConfigMap. */
export const pageVolume = (name: string, configMap: string): Tree => ({
  name: volumeName(name),
  configMap: { name: configMap },
});
