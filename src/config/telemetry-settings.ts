import { choice, host, onOff, portOrOff, requestTarget, url, urlWithoutCredentials } from './value-types';
import { optionalSetting, setting } from './define-setting';

const ALL_ADDRESSES = 'every address of the machine, IPv6 and IPv4';

const OTLP_CREDENTIALS =
  'Leave user name and password out of this URL: they would not be sent. Put them into OTEL_EXPORTER_OTLP_HEADERS, as ' +
  'authorization=Basic%20… or as the collector wants them.';

/** The port that shows what happens. */
export const admin = {
  adminPort: setting(portOrOff(), {
    variable: 'ADMIN_PORT',
    default: '9901',
    meaning: 'The port of probes, metrics and the live page. `off`: none.',
    reason: "Apart from PORT, so that no path of the service's own is taken; 9901 is where Envoy's users look.",
  }),
  adminHost: optionalSetting(host(), {
    variable: 'ADMIN_HOST',
    unset: ALL_ADDRESSES,
    meaning: 'The address that ADMIN_PORT listens on. `127.0.0.1` keeps it inside the pod.',
    reason: "The kubelet and Prometheus come to the pod's address; nothing on this port changes anything.",
  }),
  adminLive: setting(choice('local', 'all'), {
    variable: 'ADMIN_LIVE',
    default: 'local',
    meaning:
      'Access to the live page, `/events` and `/config`. `local`: only connections from loopback to a loopback name, as ' +
      '`oc port-forward` makes them; others get 403. `all`: every peer that reaches ADMIN_PORT. Probes and metrics are always open.',
    reason: "They show addresses and paths of clients, and every pod of a cluster reaches the pod's address.",
  }),
  readinessTarget: setting(onOff(), {
    variable: 'READINESS_TARGET',
    default: 'off',
    meaning: 'Whether the ambassador is ready only while the target answers.',
    reason: 'The service has a readiness probe of its own as a rule; asking twice can take all pods out at once.',
  }),
  readinessPath: setting(requestTarget(), {
    variable: 'READINESS_PATH',
    default: '/',
    meaning: 'What is requested from the target for READINESS_TARGET. Any answer below 500 will do.',
    reason: 'Every service answers something there.',
  }),
};

/** Where numbers are sent. */
export const telemetry = {
  telemetryUrl: optionalSetting(url(), {
    variable: 'TELEMETRY_URL',
    also: 'MOTHERSHIP',
    unset: 'nothing is pushed',
    meaning:
      'Where statistics are pushed: POST to `<url>/stats` and `<url>/resources`. A user name and a password in it are sent as ' +
      'Basic credentials, and shown nowhere.',
    reason: 'For a dashboard of a whole fleet; nobody who did not ask is sent anything.',
  }),
  otelExporterOtlpEndpoint: optionalSetting(urlWithoutCredentials(OTLP_CREDENTIALS), {
    variable: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    unset: 'OpenTelemetry is not even loaded',
    meaning: 'Where metrics are sent by OTLP over HTTP.',
    reason: "OpenTelemetry's own variable, so that one ConfigMap serves all containers.",
  }),
};

/** Read by OpenTelemetry's packages from the environment themselves; listed so that the table is whole. */
export const readByOpenTelemetry: Readonly<Record<string, string>> = {
  OTEL_SERVICE_NAME: 'The name of the service in metrics sent by OTLP.',
  OTEL_EXPORTER_OTLP_HEADERS: 'Fields of every request to the collector, `name=value,name=value`: credentials go here.',
  OTEL_RESOURCE_ATTRIBUTES: 'Further attributes of the resource, `key=value,key=value`.',
};
