import type { Profile } from './profile.ts';

/**
 * Control metrics of Performance Co-Pilot's openmetrics agent, as exposed by pmproxy at
 * `/metrics?names=openmetrics.control`. The metric `openmetrics.control.status` is a text, which the format cannot
 * represent, so pmproxy omits it; `status_code` has the same information.
 */
export const pcp: Profile = {
  name: 'pcp',
  system: 'Performance Co-Pilot, control metrics of its openmetrics agent',
  own: /^openmetrics_control_/,
  // Labels of the host, and those added by its configuration.
  moreLabels: true,
  families: [
    { name: 'openmetrics_control_status_code', type: 'gauge', labels: ['instname'] },
    { name: 'openmetrics_control_calls', type: 'counter', labels: ['instname'] },
    { name: 'openmetrics_control_fetch_time', type: 'counter', labels: ['instname'] },
    { name: 'openmetrics_control_parse_time', type: 'counter', labels: ['instname'] },
    { name: 'openmetrics_control_debug', type: 'gauge', labels: [] },
  ],
  phases: [
    {
      name: 'debug',
      condition: 'openmetrics_control_debug != 0',
      meaning: 'the agent writes debug messages, which costs time',
    },
  ],
  failures: [],
  rates: ['openmetrics_control_calls', 'openmetrics_control_fetch_time', 'openmetrics_control_parse_time'],
};
