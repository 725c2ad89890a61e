import { BOUNDS } from '../../core/bounds.ts';
import { formatCount } from '../../core/units.ts';
import type { Finding } from '../finding.ts';
import type { Path } from '../path.ts';
import { asObject, type Entry, feedersOf, jobsOf, requestsOf, schemasOf, sourcesOf } from './job-list.ts';

/**
 * Checks the lengths of lists, names and texts. Runs before all other checks, because their time grows with these
 * lengths; a file beyond the bounds is rejected without further checks.
 */
export function checkBounds(file: unknown): Finding[] {
  const root: Entry = { path: [], fields: asObject(file) ?? {} };
  const jobs = jobsOf(file);
  const total = countThresholds([root, ...jobs]);
  const counted = [
    ...tooMany(['jobs'], 'jobs', jobs.length, BOUNDS.jobs),
    ...checkLists(root, { schemas: BOUNDS.schemas, feeders: BOUNDS.feeders, sources: BOUNDS.sources }),
    ...tooMany(['thresholds'], 'thresholds in all', total, BOUNDS.allThresholds),
  ];
  if (counted.length > 0) return counted;
  return [...checkAgent(root), ...checkEntries(file, [root, ...requestsOf(file)])];
}

const NAMES = ['name', 'database', 'collection', 'schema', 'template', 'job'];
const URLS = ['connection_string', 'url', 'proxy', 'unix_socket', 'prometheus', 'metrics_export_url', 'file'];

function checkEntries(file: unknown, requests: readonly Entry[]): Finding[] {
  const places = [...feedersOf(file), ...sourcesOf(file), ...schemasOf(file)];
  return [
    ...[...places, ...requests].flatMap(checkTexts),
    ...[...places, ...requests, ...requests.flatMap((entry) => within(entry, 'http'))].flatMap(checkHeaders),
    ...requests.flatMap((entry) => checkLists(entry, JOB_LISTS)),
    ...sourcesOf(file).flatMap((source) => checkLists(source, { match: BOUNDS.matches })),
    ...requests.flatMap(checkThresholdTexts),
    ...schemasOf(file).flatMap(checkSaved),
  ];
}

const JOB_LISTS = { stages: BOUNDS.stages, indexes: BOUNDS.indexes };

function checkAgent(root: Entry): Finding[] {
  const [agent] = within(root, 'agent');
  if (agent === undefined) return [];
  const targets = listOf(agent, 'metrics_export_targets');
  const { labels: most, pushTargets } = BOUNDS;
  return [
    ...checkLists(agent, { metrics_export_targets: pushTargets, drop_labels: most, labels: most }),
    ...[agent, ...targets, ...within(agent, 'grafana')].flatMap(checkTexts),
    ...targets.flatMap(checkHeaders),
  ];
}

/** Checks the lengths of the fields that hold names and URLs. */
function checkTexts({ path, fields }: Entry): Finding[] {
  return [
    ...NAMES.flatMap((name) => tooLong([...path, name], fields[name], BOUNDS.nameCharacters)),
    ...URLS.flatMap((name) => tooLong([...path, name], fields[name], BOUNDS.urlCharacters)),
  ];
}

function checkHeaders({ path, fields }: Entry): Finding[] {
  return checkLists({ path, fields }, { headers: BOUNDS.headers });
}

/** Checks the lengths of threshold texts, which are parsed. Conditions have a separate bound. */
function checkThresholdTexts(entry: Entry): Finding[] {
  const { thresholds } = entry.fields;
  if (!Array.isArray(thresholds)) return [];
  return thresholds.flatMap((item: unknown, index): Finding[] => {
    const path = [...entry.path, 'thresholds', index];
    const fields = asObject(item);
    if (fields === undefined) return tooLong(path, item, BOUNDS.expressionCharacters);
    const texts = ['check', 'query', 'expect'].flatMap((name) =>
      tooLong([...path, name], fields[name], BOUNDS.expressionCharacters),
    );
    return texts.concat(checkTexts({ path, fields }));
  });
}

function checkSaved({ path, fields }: Entry): Finding[] {
  const { save } = fields;
  if (!Array.isArray(save)) return [];
  const at = [...path, 'save'];
  const findings = tooMany(at, 'saved fields', save.length, BOUNDS.savedFields);
  if (findings.length > 0) return findings;
  return save.flatMap((name: unknown, index) => {
    const long = tooLong([...at, index], name, BOUNDS.nameCharacters);
    if (long.length > 0 || typeof name !== 'string' || name.split('.').length <= BOUNDS.savedLevels) return long;
    return [{ path: [...at, index], message: `must have at most ${BOUNDS.savedLevels} levels` }];
  });
}

function checkLists({ path, fields }: Entry, bounds: Readonly<Record<string, number>>): Finding[] {
  return Object.entries(bounds).flatMap(([name, most]) => {
    const value = fields[name];
    const count = Array.isArray(value) ? value.length : Object.keys(asObject(value) ?? {}).length;
    return tooMany([...path, name], name.replaceAll('_', ' '), count, most);
  });
}

function countThresholds(entries: readonly Entry[]): number {
  return entries.reduce(
    (sum, { fields: { thresholds } }) => sum + (Array.isArray(thresholds) ? thresholds.length : 0),
    0,
  );
}

function tooMany(path: Path, noun: string, count: number, most: number): Finding[] {
  if (count <= most) return [];
  const message = `there are ${formatCount(count)} ${noun}; at most ${formatCount(most)} are allowed`;
  return [{ path, message, hint: 'docs/workload.md lists the bounds of a workload' }];
}

function tooLong(path: Path, value: unknown, most: number): Finding[] {
  if (typeof value !== 'string' || value.length <= most) return [];
  const message = `has ${formatCount(value.length)} characters; at most ${formatCount(most)} are allowed`;
  return [{ path, message }];
}

/** The nested object of this name as a list: empty when absent. */
function within({ path, fields }: Entry, name: string): Entry[] {
  const inner = asObject(fields[name]);
  return inner === undefined ? [] : [{ path: [...path, name], fields: inner }];
}

function listOf({ path, fields }: Entry, name: string): Entry[] {
  const list = fields[name];
  if (!Array.isArray(list)) return [];
  return list.map((item: unknown, index) => ({ path: [...path, name, index], fields: asObject(item) ?? {} }));
}
