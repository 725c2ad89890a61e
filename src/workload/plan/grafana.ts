import { DEFAULTS } from '../defaults.ts';
import { FLAGS, spellingOf } from '../flags.ts';
import { httpUrlFault } from '../http-url.ts';
import { HEADER_VALUE } from '../schema/header.ts';
import type { GrafanaTarget } from '../../plan/grafana.ts';
import type { LabelRules } from '../../plan/label-rules.ts';
import { readEnvironmentFile } from './environment-file.ts';
import type { FieldPlace, ReportProblem } from '../diagnostics.ts';
import { proxyFor, takeCredentials } from './push-target.ts';
import type { MetricsSources } from './push-targets.ts';
import type { PlanInputs } from './plan-inputs.ts';
import { mergeTls } from './tls.ts';

const PREFIX = 'LOADBOT_GRAFANA_';
const URL_VARIABLE = FLAGS.grafana_url.variable;
const PATH = ['agent', 'grafana'] as const;

/** URL of Grafana, its credentials, and the setting that gives it. */
interface GivenUrl {
  readonly text: string;
  readonly place: FieldPlace;
  readonly isOfFile: boolean;
}

/** Plans Grafana from flag, environment or file, in that order; `undefined`: not configured. */
export function planGrafana(sources: MetricsSources, labelRules: LabelRules): GrafanaTarget | undefined {
  const { workload, surroundings, reader, report } = sources;
  const grafana = workload.file.agent?.grafana;
  const given = givenUrl(sources);
  if (given === undefined) return undefined;
  const fault = httpUrlFault(given.text);
  if (fault !== undefined) {
    report(given.place, fault.message, fault.hint);
    return undefined;
  }
  const { url: text, headers: ofUrl } = takeCredentials(given.text);
  const url = new URL(text);
  const href = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  // A token of the file is only sent to the URL of the file.
  const token = readToken(surroundings, report) ?? (given.isOfFile ? grafana?.token : undefined);
  if (token !== undefined && !HEADER_VALUE.test(token)) report([...PATH, 'token'], 'must be a token on one line');
  const headers = token === undefined ? ofUrl : { authorization: `Bearer ${token}` };
  const ownUid = grafana?.dashboard_uid;
  const tls = mergeTls([{ tls: grafana?.tls, path: [...PATH, 'tls'] }], reader);
  const proxy = grafana?.proxy === undefined ? proxyFor(href, given.place, report) : (grafana.proxy ?? undefined);
  const isWritten = (grafana?.annotations ?? true) && headers['authorization'] !== undefined;
  if (grafana?.annotations === true && !isWritten) {
    report([...PATH, 'annotations'], 'needs credentials', `give \`token\`, or set ${PREFIX}TOKEN`);
  }
  return {
    url: href,
    orgId: url.searchParams.get('orgId') ?? undefined,
    dashboardUid: ownUid ?? DEFAULTS.grafana.dashboard_uid,
    dropped: labelRules.dropped,
    annotations: isWritten
      ? {
          url: href,
          headers,
          tls: { ...tls, ca: readEnvironmentFile(`${PREFIX}CA_FILE`, surroundings, report) ?? tls.ca },
          proxy,
          dashboardUid: ownUid,
          tags: grafana?.tags ?? [],
        }
      : undefined,
  };
}

function givenUrl({ workload, flags, surroundings: { env } }: MetricsSources): GivenUrl | undefined {
  const ofEnvironment = env[URL_VARIABLE] || undefined;
  const ofFile = workload.file.agent?.grafana?.url;
  if (flags.grafanaUrl !== undefined)
    return { text: flags.grafanaUrl, place: spellingOf('grafana_url'), isOfFile: false };
  if (ofEnvironment !== undefined) return { text: ofEnvironment, place: URL_VARIABLE, isOfFile: false };
  return ofFile === undefined ? undefined : { text: ofFile, place: [...PATH, 'url'], isOfFile: true };
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
