import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { optional } from './field.ts';
import { port, positive, text } from './values.ts';

const { agent } = DEFAULTS;

/** What the agent calls itself and how its metrics leave it. */
export const agentSchema = z
  .strictObject({
    name: optional(text, {
      description: 'Name of this agent: the label `agent` on every metric.',
      without: 'the host name',
      examples: ['186.12.9.19'],
    }),
    port: optional(port, {
      description:
        'Port of the control API, on 127.0.0.1 alone, 0 to 65535; 0 takes any free one. `status`, `progress` and `stop` ask it.',
      without: 'there is no control API',
      examples: ['1234'],
    }),
    metrics_export_url: optional(text, {
      description: 'Where to push the metrics, an http or https URL. May hold `${ENV_NAME}`.',
      without: 'nothing is pushed',
      examples: ['http://victoria-metrics:8428/api/v1/import/prometheus'],
    }),
    metrics_export_interval_seconds: optional(positive('seconds'), {
      description: 'Seconds between two pushes, above 0, fractions allowed.',
      default: agent.metrics_export_interval_seconds,
      examples: [2.5],
    }),
    metrics_export_port: optional(port, {
      description:
        'Port that serves `GET /metrics`, 0 to 65535; 0 takes any free one. Pushing and serving go together.',
      without: 'nothing is served',
      examples: ['9090'],
    }),
    metrics_export_host: optional(text, {
      description: 'Address that `metrics_export_port` listens on. `0.0.0.0` opens it to the network.',
      default: agent.metrics_export_host,
      examples: ['0.0.0.0'],
    }),
  })
  .meta({ id: 'agent', description: 'The agent: its name and the export of its metrics.' });
