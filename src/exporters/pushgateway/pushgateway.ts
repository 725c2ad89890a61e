import { countSamples, type Exposition, type Labels, type Family } from '../../metrics/family.ts';
import { formatText, TEXT_CONTENT_TYPE } from '../../metrics/text.ts';
import type { PushMessage, PushProtocol } from '../push/protocol.ts';
import { splitText } from '../text-parts.ts';
import { groupUrl, parseGroupBase } from './grouping.ts';

/** Options of a Pushgateway. */
export interface PushgatewayOptions {
  /** Name of this agent, a label of every group. */
  readonly agent: string;
  /**
   * Delay from the last values to the deletion of the groups, in milliseconds, for Prometheus to scrape them;
   * `undefined`: never deleted.
   */
  readonly graceMs: number | undefined;
}

/** Replaces the label `job`, which is part of the URL and would silently overwrite a sample's. */
const JOB_LABEL = 'workload_job';
/** Maximum number of remembered groups to delete. */
const MAX_RETIRED_GROUPS = 100;

/**
 * Prometheus Pushgateway (https://github.com/prometheus/pushgateway#api): one group per job run and one for the agent;
 * every push replaces the whole group. It stores no timestamps and never expires groups, so groups are deleted when
 * their run has left the exposition, and all of them at the end.
 */
export function pushgateway(url: URL, { agent, graceMs }: PushgatewayOptions): PushProtocol {
  const base = parseGroupBase(url, agent);
  const urlOf = (uuid: string): string => groupUrl(base, uuid === '' ? {} : { job_uuid: uuid });
  /** Uuids of the existing groups, and of those to delete. A newer push may have overtaken a deletion. */
  let pushed: ReadonlySet<string> = new Set();
  let departed: readonly string[] = [];
  const remove = (uuids: Iterable<string>): PushMessage[] =>
    Array.from(uuids, (uuid) => ({ url: urlOf(uuid), method: 'DELETE', headers: {}, body: '', samples: 0 }));

  return {
    url: urlOf(''),
    // Older versions do not accept compressed bodies.
    takesGzip: false,
    onlyNewest: true,
    // PUT replaces the group; POST replaces only the families in its body.
    parts: {
      split(message) {
        const [first, second] = splitText(message, 'family');
        return first === undefined || second === undefined ? [] : [first, { ...second, method: 'POST' }];
      },
    },
    encode(exposition) {
      const groups = splitByRun(exposition);
      const gone = [...pushed].filter((uuid) => !groups.has(uuid));
      pushed = new Set(groups.keys());
      departed = [...departed, ...gone].slice(-MAX_RETIRED_GROUPS);
      return [
        ...Array.from(groups, ([uuid, part]): PushMessage => ({
          url: urlOf(uuid),
          method: 'PUT',
          headers: { 'content-type': TEXT_CONTENT_TYPE },
          body: formatText(renameJob(part), { timestamps: false }),
          samples: countSamples(part),
        })),
        ...(graceMs === undefined ? [] : remove(gone)),
      ];
    },
    ...(graceMs !== undefined && { endOfRun: { graceMs, encode: () => remove([...pushed, ...departed]) } }),
  };
}

function renameJob(exposition: Exposition): Exposition {
  const rename = ({ job, ...labels }: Labels): Labels => (job === undefined ? labels : { [JOB_LABEL]: job, ...labels });
  return {
    ...exposition,
    families: exposition.families.map((family) => ({
      ...family,
      samples: family.samples.map((sample) => ({ ...sample, labels: rename(sample.labels) })),
    })),
  };
}

/**
 * Splits an exposition into one per job run, by its uuid, and one under `''` for the process and the agent, in order of
 * appearance.
 */
function splitByRun(exposition: Exposition): ReadonlyMap<string, Exposition> {
  const groups = new Map<string, Map<string, Family>>();
  for (const family of exposition.families) {
    for (const sample of family.samples) {
      const uuid = sample.labels['job_uuid'] ?? '';
      const families = groups.get(uuid) ?? new Map<string, Family>();
      const samples = families.get(family.name)?.samples ?? [];
      groups.set(uuid, families.set(family.name, { ...family, samples: [...samples, sample] }));
    }
  }
  return new Map([...groups].map(([uuid, families]) => [uuid, { ...exposition, families: [...families.values()] }]));
}
