import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { proxyField, tlsField } from './connection.ts';
import { optional, required, text } from '../values.ts';

const UID = 'must be the uid of a dashboard: letters, digits, - and _, at most 40 of them';
const TAG = 'must be a tag without commas, at most 100 characters long';

/** Uid of a dashboard, as in the dashboard's URL. */
const dashboardUid = z.string().regex(/^[A-Za-z0-9_-]{1,40}$/, { error: UID });

/** The Grafana server with the dashboards of runs. */
export const grafanaSchema = z
  .strictObject({
    url: required(text, {
      description:
        'URL of the Grafana server for browsers, http or https. May contain `${ENV_NAME}`; credentials in it become a header.',
      examples: ['https://grafana.example.com'],
    }),
    token: optional(text, {
      description:
        'Token of a service account with permission to write annotations. May contain `${ENV_NAME}`; sent only to the `url` beside it.',
      without: 'the credentials in the URL; without any, reports have links, but nothing is written into Grafana',
      examples: ['${GRAFANA_TOKEN}'],
    }),
    dashboard_uid: optional(dashboardUid, {
      description: 'Uid of the dashboard for links. Annotations belong to that dashboard only.',
      without: `links lead to \`${DEFAULTS.grafana.dashboard_uid}\` of examples/grafana; annotations belong to the organization, and all dashboards can show them by tag`,
      examples: ['checkout-load'],
    }),
    annotations: optional(z.boolean(), {
      description: 'Write the run, its jobs and its phases as annotations.',
      without: 'true if there are credentials',
      examples: [false],
    }),
    tags: optional(z.array(z.string().regex(/^(?=.{1,100}$)[^,]*[^,\s][^,]*$/, { error: TAG })), {
      description: 'Additional tags of every annotation.',
      default: [],
      examples: [['team:checkout']],
    }),
    tls: tlsField,
    proxy: proxyField,
  })
  .meta({ id: 'grafana', description: 'A Grafana server for links and annotations of runs.' });
