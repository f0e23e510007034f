import { choice, onOff } from './value-types';
import { setting } from './define-setting';

/** What is written of exchanges and of the process. */
export const log = {
  logLevel: setting(choice('debug', 'info', 'warn', 'error', 'silent'), {
    variable: 'LOG_LEVEL',
    default: 'info',
    meaning: 'The least important lines that are written: `info` has one line an exchange, `warn` has none.',
    reason: 'The log is one of the two things an ambassador is added for.',
  }),
  logFormat: setting(choice('json', 'pretty', 'combined'), {
    variable: 'LOG_FORMAT',
    default: 'json',
    meaning:
      '`json`: one object a line. `pretty`: for a person at a terminal. `combined`: exchanges in the format of ' +
      "Apache's combined log on standard output, everything else as JSON on standard error.",
    reason: 'What collects the logs of a cluster reads JSON.',
  }),
  logQuery: setting(onOff(), {
    variable: 'LOG_QUERY',
    default: 'off',
    meaning:
      'Whether the log has request targets and referrers with their query and path parameters (`;jsessionid=…`).',
    reason: 'Both carry tokens and personal data, and logs are read by many.',
  }),
  logSkipProbes: setting(onOff(), {
    variable: 'LOG_SKIP_PROBES',
    default: 'on',
    meaning: 'Whether the probes of the kubelet (`kube-probe/…`) are left out of the log.',
    reason: 'They come every few seconds for ever and say nothing of the users.',
  }),
  trustForwarded: setting(onOff(), {
    variable: 'TRUST_FORWARDED',
    default: 'off',
    meaning: "Whether the client's address is taken from `Forwarded` or `X-Forwarded-For`.",
    reason: 'Anyone can send these fields: turn it on only where a router in front sets them.',
  }),
};
