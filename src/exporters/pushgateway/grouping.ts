/** Labels of a group, in the order in which its URL has them; `job` first. */
type Grouping = Readonly<Record<string, string>>;

/** What stands between a Pushgateway's own prefix and the grouping. */
const ROOT = '/metrics/';
const FIRST = /^job(@base64)?$/;
/** Anything else is encoded: a slash, nothing at all, and dots that URLs would swallow. */
const PLAIN = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/;

/** Where the groups of one agent are: the prefix of the Pushgateway and the labels that all of them have. */
export interface GroupBase {
  /** Without a grouping. */
  readonly url: URL;
  readonly grouping: Grouping;
}

/**
 * Reads a Pushgateway's URL, with or without a grouping of its own: `http://gateway:9091`,
 * `http://proxy/gateway/metrics/job/nightly/team/shop`. Without one, groups are of the job `loadbot`; `agent` is added.
 */
export function parseGroupBase(pushUrl: URL, agent: string): GroupBase {
  const url = new URL(pushUrl);
  const at = url.pathname.lastIndexOf(ROOT);
  const segments = at < 0 ? [] : url.pathname.slice(at + ROOT.length).split('/');
  const isGrouping = FIRST.test(segments[0] ?? '');
  url.pathname = isGrouping ? url.pathname.slice(0, at) : url.pathname.replace(/\/(metrics\/?)?$/, '');
  return { url, grouping: { job: 'loadbot', agent, ...(isGrouping ? readGrouping(segments) : {}) } };
}

/** The URL of one group: the base with more labels. */
export function groupUrl({ url, grouping }: GroupBase, more: Grouping): string {
  const { job = '', ...others } = { ...grouping, ...more };
  const path = [['job', job] as const, ...Object.entries(others)]
    .map(([name, value]) => segmentOf(name, value))
    .join('/');
  const full = new URL(url);
  full.pathname = `${url.pathname.replace(/\/$/, '')}${ROOT}${path}`;
  return full.href;
}

function segmentOf(name: string, value: string): string {
  if (PLAIN.test(value)) return `${name}/${value}`;
  // A path segment cannot be empty: padding alone stands for no bytes.
  return `${name}@base64/${Buffer.from(value).toString('base64url') || '='}`;
}

function readGrouping(segments: readonly string[]): Grouping {
  const labels: Record<string, string> = {};
  for (let index = 0; index < segments.length; index += 2) {
    const [name = '', encoding] = (segments[index] ?? '').split('@');
    const value = segments[index + 1] ?? '';
    if (name === '') continue; // a slash at the end
    labels[name] = encoding === 'base64' ? Buffer.from(value, 'base64url').toString() : decodeURIComponent(value);
  }
  return labels;
}
