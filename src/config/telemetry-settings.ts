import { choice, host, onOff, portOrOff, requestTarget, url, urlWithoutCredentials } from './value-types';
import { optionalSetting, setting } from './define-setting';

const ALL_ADDRESSES = 'every address of the machine, IPv6 and IPv4';

const OTLP_CREDENTIALS =
  'Leave user name and password out of this URL: they would not be sent. Put them into OTEL_EXPORTER_OTLP_HEADERS, ' +
  'as authorization=Basic%20… or as the collector expects them.';

/** The settings of the admin port. */
export const admin = {
  adminPort: setting(portOrOff(), {
    variable: 'ADMIN_PORT',
    default: '9901',
    meaning: 'The port of probes, metrics and the live page. `off`: no admin port.',
    reason: 'Separate from PORT, so that it does not hide a path of the service; 9901 is the admin port of Envoy.',
  }),
  adminHost: optionalSetting(host(), {
    variable: 'ADMIN_HOST',
    unset: ALL_ADDRESSES,
    meaning: 'The address that ADMIN_PORT listens on. `127.0.0.1` keeps it inside the pod.',
    reason: "The kubelet and Prometheus connect to the pod's address; this port is read-only.",
  }),
  adminLive: setting(choice('local', 'all'), {
    variable: 'ADMIN_LIVE',
    default: 'local',
    meaning:
      'Access to the live page, `/events` and `/config`. `local`: only connections from loopback to a loopback name, ' +
      'as `oc port-forward` makes them; others get 403. `all`: every peer that reaches ADMIN_PORT. Probes and ' +
      'metrics are always open.',
    reason: "They show addresses and paths of clients, and every pod of a cluster can reach the pod's address.",
  }),
  readinessTarget: setting(onOff(), {
    variable: 'READINESS_TARGET',
    default: 'off',
    meaning: 'Whether the ambassador is ready only while the target responds.',
    reason: 'The service usually has a readiness probe of its own; a second one can make all pods unready at once.',
  }),
  readinessPath: setting(requestTarget(), {
    variable: 'READINESS_PATH',
    default: '/',
    meaning: 'The path that READINESS_TARGET requests from the target. Every status below 500 counts as ready.',
    reason: 'Every service responds to this path.',
  }),
};

/** The settings of the export of metrics and statistics. */
export const telemetry = {
  telemetryUrl: optionalSetting(url(), {
    variable: 'TELEMETRY_URL',
    also: 'MOTHERSHIP',
    unset: 'nothing is pushed',
    meaning:
      'The URL that statistics are pushed to: POST to `<url>/stats` and `<url>/resources`. A user name and a ' +
      'password in it are sent as Basic credentials and never shown.',
    reason: 'For a dashboard of a whole fleet. Without this variable no data is sent.',
  }),
  otelExporterOtlpEndpoint: optionalSetting(urlWithoutCredentials(OTLP_CREDENTIALS), {
    variable: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    unset: 'OpenTelemetry is not loaded',
    meaning: 'The URL that metrics are sent to by OTLP over HTTP.',
    reason: 'The standard variable of OpenTelemetry, so that one ConfigMap can configure all containers.',
  }),
};

/** Variables that the packages of OpenTelemetry read themselves; listed for completeness. */
export const readByOpenTelemetry: Readonly<Record<string, string>> = {
  OTEL_SERVICE_NAME: 'The name of the service in metrics sent by OTLP.',
  OTEL_EXPORTER_OTLP_HEADERS:
    'Header fields of every request to the collector, `name=value,name=value`, for example credentials.',
  OTEL_RESOURCE_ATTRIBUTES: 'Additional attributes of the resource, `key=value,key=value`.',
};
