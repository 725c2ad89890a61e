import { type SettingSources, readEnvironmentFile, type PlanInputs } from '../plan-context.ts';
import { credentialsOf, HEADER_VALUE, type ServerUrl } from './server.ts';
import { proxyFor, mergeTls, proxyField, tlsField } from './connection.ts';
import { z } from 'zod';
import type { GrafanaTarget } from '../../plan/grafana.ts';
import type { LabelRules } from '../../plan/label-rules.ts';
import { DEFAULTS } from '../defaults.ts';
import { isFault, type FieldPlace, type ReportProblem, type TextFault } from '../diagnostics.ts';
import { FLAGS, spellingOf } from '../flags.ts';
import { parseHttpUrl } from '../http-url.ts';
import { optional, parsed, required, text } from '../values.ts';

const UID = 'must be the uid of a dashboard: letters, digits, - and _, at most 40 of them';
const TAG = 'must be a tag without commas, at most 100 characters long';

/** Uid of a dashboard, as in the dashboard's URL. */
const dashboardUid = z.string().regex(/^[A-Za-z0-9_-]{1,40}$/, { error: UID });

/** The URL of a Grafana server, without its credentials and the slash at its end. */
export interface GrafanaUrl extends ServerUrl {
  readonly orgId: string | undefined;
}

/** Parses the URL of a Grafana server; its query may have `orgId`. */
export function parseGrafanaUrl(text: string): GrafanaUrl | TextFault {
  const url = parseHttpUrl(text);
  if (isFault(url)) return url;
  return {
    url: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    headers: credentialsOf(url),
    orgId: url.searchParams.get('orgId') ?? undefined,
  };
}

/** The Grafana server with the dashboards of runs. */
export const grafanaSchema = z
  .strictObject({
    url: required(parsed(parseGrafanaUrl), {
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

const PREFIX = 'LOADBOT_GRAFANA_';
const URL_VARIABLE = FLAGS.grafana_url.variable;
const PATH = ['agent', 'grafana'] as const;

/** URL of Grafana, its credentials, and the setting that gives it. */
interface GivenUrl {
  readonly server: GrafanaUrl;
  readonly place: FieldPlace;
  readonly isOfFile: boolean;
}

type GrafanaSources = SettingSources<
  z.infer<typeof grafanaSchema> | undefined,
  { readonly grafanaUrl: GrafanaUrl | undefined }
>;

/** Plans Grafana from flag, environment or file, in that order; `undefined`: not configured. */
export function planGrafana(sources: GrafanaSources, { dropped }: LabelRules): GrafanaTarget | undefined {
  const { entry: grafana, surroundings, reader, report } = sources;
  const given = givenUrl(sources);
  if (given === undefined) return undefined;
  const { url, orgId, headers: ofUrl } = given.server;
  // A token of the file is only sent to the URL of the file.
  const token = readToken(surroundings, report) ?? (given.isOfFile ? grafana?.token : undefined);
  if (token !== undefined && !HEADER_VALUE.test(token)) report([...PATH, 'token'], 'must be a token on one line');
  const headers = token === undefined ? ofUrl : { authorization: `Bearer ${token}` };
  const ownUid = grafana?.dashboard_uid;
  const tls = mergeTls([{ tls: grafana?.tls, path: [...PATH, 'tls'] }], reader);
  const proxy = grafana?.proxy === undefined ? proxyFor(url, given.place, report) : (grafana.proxy ?? undefined);
  const isWritten = (grafana?.annotations ?? true) && headers['authorization'] !== undefined;
  if (grafana?.annotations === true && !isWritten) {
    report([...PATH, 'annotations'], 'needs credentials', `give \`token\`, or set ${PREFIX}TOKEN`);
  }
  return {
    url,
    orgId,
    dashboardUid: ownUid ?? DEFAULTS.grafana.dashboard_uid,
    dropped,
    annotations: isWritten
      ? {
          url,
          headers,
          tls: { ...tls, ca: readEnvironmentFile(`${PREFIX}CA_FILE`, surroundings, report) ?? tls.ca },
          proxy,
          dashboardUid: ownUid,
          tags: grafana?.tags ?? [],
        }
      : undefined,
  };
}

function givenUrl({ entry, flags, surroundings: { env }, report }: GrafanaSources): GivenUrl | undefined {
  const ofEnvironment = env[URL_VARIABLE] || undefined;
  if (flags.grafanaUrl !== undefined) {
    return { server: flags.grafanaUrl, place: spellingOf('grafana_url'), isOfFile: false };
  }
  if (ofEnvironment !== undefined) {
    const server = parseGrafanaUrl(ofEnvironment);
    if (!isFault(server)) return { server, place: URL_VARIABLE, isOfFile: false };
    report(URL_VARIABLE, server.message, server.hint);
    return undefined;
  }
  const ofFile = entry?.url;
  return ofFile === undefined ? undefined : { server: ofFile, place: [...PATH, 'url'], isOfFile: true };
}

/** The token of the environment, or of the file that the environment names; its value is never repeated. */
function readToken(surroundings: PlanInputs, report: ReportProblem): string | undefined {
  const given = surroundings.env[`${PREFIX}TOKEN`] || undefined;
  const read = readEnvironmentFile(`${PREFIX}TOKEN_FILE`, surroundings, report)?.trim();
  if (given !== undefined && read !== undefined) {
    report(`${PREFIX}TOKEN`, `${PREFIX}TOKEN_FILE is given too`, 'keep one of the two');
  }
  const token = given ?? read;
  if (token === undefined || HEADER_VALUE.test(token)) return token;
  report(`${PREFIX}TOKEN`, 'must be a token on one line');
  return undefined;
}
