import { choice, onOff } from './value-types';
import { setting } from './define-setting';

/** The settings of the access log and the process log. */
export const log = {
  logLevel: setting(choice('debug', 'info', 'warn', 'error', 'silent'), {
    variable: 'LOG_LEVEL',
    default: 'info',
    meaning: 'The minimum level of log lines. `info` includes one line per exchange, `warn` does not.',
    reason: 'The access log is one of the two main reasons to add the ambassador.',
  }),
  logFormat: setting(choice('json', 'pretty', 'combined'), {
    variable: 'LOG_FORMAT',
    default: 'json',
    meaning:
      '`json`: one object per line. `pretty`: for reading in a terminal. `combined`: exchanges in the format of ' +
      "Apache's combined log on standard output, everything else as JSON on standard error.",
    reason: 'The log collectors of clusters read JSON.',
  }),
  logQuery: setting(onOff(), {
    variable: 'LOG_QUERY',
    default: 'off',
    meaning: 'Whether paths and referrers in the log include the query and path parameters (`;jsessionid=…`).',
    reason: 'Both can contain tokens and personal data, and many people can read logs.',
  }),
  logSkipProbes: setting(onOff(), {
    variable: 'LOG_SKIP_PROBES',
    default: 'on',
    meaning: 'Whether successful probes of the kubelet (`kube-probe/…`) are left out of the log.',
    reason: 'They arrive every few seconds and contain no information about users.',
  }),
  trustForwarded: setting(onOff(), {
    variable: 'TRUST_FORWARDED',
    default: 'off',
    meaning: "Whether the client's address is taken from `Forwarded` or `X-Forwarded-For`.",
    reason: 'Any client can send these fields. Turn it on only if a router in front of the pod sets them.',
  }),
};
