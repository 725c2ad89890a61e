import { WORKLOAD_LIMITS } from '../../shared/bounds.ts';
import { formatCount } from '../../shared/units.ts';
import type { PathDiagnostic, Path } from '../diagnostics.ts';
import { asObject, type ConfigObject, feedersOf, jobsOf, requestsOf, schemasOf, sourcesOf } from '../entries.ts';

/**
 * Checks the lengths of lists, names and texts. Runs before all other checks, because their time grows with these
 * lengths; a file beyond the bounds is rejected without further checks.
 */
export function checkBounds(file: unknown): PathDiagnostic[] {
  const root: ConfigObject = { path: [], fields: asObject(file) ?? {} };
  const jobs = jobsOf(file);
  const total = countThresholds([root, ...jobs]);
  const counted = [
    ...tooMany(['jobs'], 'jobs', jobs.length, WORKLOAD_LIMITS.jobs),
    ...checkLists(root, {
      schemas: WORKLOAD_LIMITS.schemas,
      feeders: WORKLOAD_LIMITS.feeders,
      sources: WORKLOAD_LIMITS.sources,
      targets: WORKLOAD_LIMITS.hosts,
    }),
    ...tooMany(['thresholds'], 'thresholds in all', total, WORKLOAD_LIMITS.allThresholds),
  ];
  if (counted.length > 0) return counted;
  return [...checkAgent(root), ...checkEntries(file, [root, ...requestsOf(file)])];
}

const NAMES = ['name', 'database', 'collection', 'schema', 'template', 'job'];
const URLS = ['connection_string', 'url', 'proxy', 'unix_socket', 'prometheus', 'metrics_export_url', 'file'];

function checkEntries(file: unknown, requests: readonly ConfigObject[]): PathDiagnostic[] {
  const https = requests.flatMap((entry) => within(entry, 'http'));
  const places = [...feedersOf(file), ...sourcesOf(file), ...schemasOf(file)];
  return [
    ...[...places, ...requests].flatMap(checkTexts),
    ...[...places, ...requests, ...https].flatMap(checkHeaders),
    ...https.flatMap((http) => checkLists(http, HTTP_LISTS)),
    ...requests.flatMap((entry) => checkLists(entry, JOB_LISTS)),
    ...sourcesOf(file).flatMap((source) => checkLists(source, { match: WORKLOAD_LIMITS.matches })),
    ...requests.flatMap(checkThresholdTexts),
    ...schemasOf(file).flatMap(checkSaved),
  ];
}

const HTTP_LISTS = {
  form: WORKLOAD_LIMITS.bodyFields,
  multipart: WORKLOAD_LIMITS.bodyFields,
  connect_to: WORKLOAD_LIMITS.hosts,
  local_addresses: WORKLOAD_LIMITS.hosts,
};
const JOB_LISTS = { stages: WORKLOAD_LIMITS.stages, indexes: WORKLOAD_LIMITS.indexes };

function checkAgent(root: ConfigObject): PathDiagnostic[] {
  const [agent] = within(root, 'agent');
  if (agent === undefined) return [];
  const targets = listOf(agent, 'metrics_export_targets');
  const { labels: most, pushTargets } = WORKLOAD_LIMITS;
  return [
    ...checkLists(agent, { metrics_export_targets: pushTargets, drop_labels: most, labels: most }),
    ...[agent, ...targets, ...within(agent, 'grafana')].flatMap(checkTexts),
    ...targets.flatMap(checkHeaders),
  ];
}

/** Checks the lengths of the fields that hold names and URLs. */
function checkTexts({ path, fields }: ConfigObject): PathDiagnostic[] {
  return [
    ...NAMES.flatMap((name) => tooLong([...path, name], fields[name], WORKLOAD_LIMITS.nameCharacters)),
    ...URLS.flatMap((name) => tooLong([...path, name], fields[name], WORKLOAD_LIMITS.urlCharacters)),
  ];
}

function checkHeaders({ path, fields }: ConfigObject): PathDiagnostic[] {
  return checkLists({ path, fields }, { headers: WORKLOAD_LIMITS.headers });
}

/** Checks the lengths of threshold texts, which are parsed. Conditions have a separate bound. */
function checkThresholdTexts(entry: ConfigObject): PathDiagnostic[] {
  const { thresholds } = entry.fields;
  if (!Array.isArray(thresholds)) return [];
  return thresholds.flatMap((item: unknown, index): PathDiagnostic[] => {
    const path = [...entry.path, 'thresholds', index];
    const fields = asObject(item);
    if (fields === undefined) return tooLong(path, item, WORKLOAD_LIMITS.expressionCharacters);
    const texts = ['check', 'query', 'expect'].flatMap((name) =>
      tooLong([...path, name], fields[name], WORKLOAD_LIMITS.expressionCharacters),
    );
    return texts.concat(checkTexts({ path, fields }));
  });
}

function checkSaved({ path, fields }: ConfigObject): PathDiagnostic[] {
  const { save } = fields;
  if (!Array.isArray(save)) return [];
  const at = [...path, 'save'];
  const findings = tooMany(at, 'saved fields', save.length, WORKLOAD_LIMITS.savedFields);
  if (findings.length > 0) return findings;
  return save.flatMap((name: unknown, index) => {
    const long = tooLong([...at, index], name, WORKLOAD_LIMITS.nameCharacters);
    if (long.length > 0 || typeof name !== 'string' || name.split('.').length <= WORKLOAD_LIMITS.savedLevels)
      return long;
    return [{ path: [...at, index], message: `must have at most ${WORKLOAD_LIMITS.savedLevels} levels` }];
  });
}

function checkLists({ path, fields }: ConfigObject, bounds: Readonly<Record<string, number>>): PathDiagnostic[] {
  return Object.entries(bounds).flatMap(([name, most]) => {
    const value = fields[name];
    const count = Array.isArray(value) ? value.length : Object.keys(asObject(value) ?? {}).length;
    return tooMany([...path, name], name.replaceAll('_', ' '), count, most);
  });
}

function countThresholds(entries: readonly ConfigObject[]): number {
  return entries.reduce(
    (sum, { fields: { thresholds } }) => sum + (Array.isArray(thresholds) ? thresholds.length : 0),
    0,
  );
}

function tooMany(path: Path, noun: string, count: number, most: number): PathDiagnostic[] {
  if (count <= most) return [];
  const message = `there are ${formatCount(count)} ${noun}; at most ${formatCount(most)} are allowed`;
  return [{ path, message, hint: 'docs/workload.md lists the bounds of a workload' }];
}

function tooLong(path: Path, value: unknown, most: number): PathDiagnostic[] {
  if (typeof value !== 'string' || value.length <= most) return [];
  const message = `has ${formatCount(value.length)} characters; at most ${formatCount(most)} are allowed`;
  return [{ path, message }];
}

/** The nested object of this name as a list: empty when absent. */
function within({ path, fields }: ConfigObject, name: string): ConfigObject[] {
  const inner = asObject(fields[name]);
  return inner === undefined ? [] : [{ path: [...path, name], fields: inner }];
}

function listOf({ path, fields }: ConfigObject, name: string): ConfigObject[] {
  const list = fields[name];
  if (!Array.isArray(list)) return [];
  return list.map((item: unknown, index) => ({ path: [...path, name, index], fields: asObject(item) ?? {} }));
}
