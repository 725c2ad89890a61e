import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { proxyField, tlsField } from './connection.ts';
import { optional, required } from './field.ts';
import { text } from './values.ts';

const UID = 'must be the uid of a dashboard: letters, digits, - and _, at most 40 of them';
const TAG = 'must be a tag without commas, at most 100 characters long';

/** Uid of a dashboard, as in the dashboard's URL. */
export const dashboardUid = z.string().regex(/^[A-Za-z0-9_-]{1,40}$/, { error: UID });

/** The Grafana server with the dashboards of runs. */
export const grafanaSchema = z
  .strictObject({
    url: required(text, {
      description:
        'The Grafana, as browsers open it: an http or https URL. May hold `${ENV_NAME}`; credentials in it become a header.',
      examples: ['https://grafana.example.com'],
    }),
    token: optional(text, {
      description:
        'Token of a service account that may write annotations. May hold `${ENV_NAME}`; it goes to the `url` beside it alone.',
      without: 'the credentials in the URL; without any, reports have links, but nothing is written into Grafana',
      examples: ['${GRAFANA_TOKEN}'],
    }),
    dashboard_uid: optional(dashboardUid, {
      description: 'Uid of the dashboard that links lead to. Annotations then belong to that dashboard alone.',
      without: `links lead to \`${DEFAULTS.grafana.dashboard_uid}\` of examples/grafana; annotations belong to the organization, and every dashboard can show them by their tags`,
      examples: ['checkout-load'],
    }),
    annotations: optional(z.boolean(), {
      description: 'Whether the run, its jobs and its phases are written as annotations.',
      without: 'they are, where there are credentials',
      examples: [false],
    }),
    tags: optional(z.array(z.string().regex(/^(?=.{1,100}$)[^,]*[^,\s][^,]*$/, { error: TAG })), {
      description: 'Tags that every annotation gets beside its own.',
      default: [],
      examples: [['team:checkout']],
    }),
    tls: tlsField,
    proxy: proxyField,
  })
  .meta({ id: 'grafana', description: 'A Grafana that runs are written into and linked to.' });
