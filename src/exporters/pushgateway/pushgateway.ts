import { countSamples } from '../../metrics/count-samples.ts';
import type { Exposition, Labels } from '../../metrics/family.ts';
import { formatText, TEXT_CONTENT_TYPE } from '../../metrics/text.ts';
import type { PushMessage, PushProtocol } from '../push/protocol.ts';
import { splitText } from '../text-parts.ts';
import { groupUrl, parseGroupBase } from './grouping.ts';
import { splitByRun } from './split-groups.ts';

/** How a Pushgateway is used. */
export interface PushgatewayOptions {
  /** Name of this agent, a label of every group. */
  readonly agent: string;
  /**
   * Milliseconds from the last values to the deletion of the groups, for Prometheus to scrape them in between;
   * `undefined`: they are never deleted.
   */
  readonly graceMs: number | undefined;
}

/** The label `job` belongs to the URL, whose value would silently replace a sample's. */
const JOB_LABEL = 'workload_job';
/** As many groups that should be gone are remembered. */
const MAX_DEPARTED = 100;

/**
 * Prometheus Pushgateway (https://github.com/prometheus/pushgateway#api): a group for each job's run and one for
 * the agent itself, each replaced as a whole by every push. It takes no timestamps and forgets nothing by itself, so groups
 * are deleted when their run has left the exposition, and all of them at the end.
 */
export function pushgateway(url: URL, { agent, graceMs }: PushgatewayOptions): PushProtocol {
  const base = parseGroupBase(url, agent);
  const urlOf = (uuid: string): string => groupUrl(base, uuid === '' ? {} : { job_uuid: uuid });
  /** Uuids of the groups that are there, and of those that should be gone: a newer push may have overtaken their deletion. */
  let pushed: ReadonlySet<string> = new Set();
  let departed: readonly string[] = [];
  const remove = (uuids: Iterable<string>): PushMessage[] =>
    Array.from(uuids, (uuid) => ({ url: urlOf(uuid), method: 'DELETE', headers: {}, body: '', samples: 0 }));

  return {
    url: urlOf(''),
    // Only newer ones take a compressed body.
    takesGzip: false,
    onlyNewest: true,
    // PUT replaces the group; POST replaces the families that it brings, and adds to the others.
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
      departed = [...departed, ...gone].slice(-MAX_DEPARTED);
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
    ...(graceMs !== undefined && { lastWords: { graceMs, encode: () => remove([...pushed, ...departed]) } }),
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
