/** Labels of a group in the order of its URL, `job` first. */
type Grouping = Readonly<Record<string, string>>;

/** Path between the Pushgateway's prefix and the grouping. */
const ROOT = '/metrics/';
const FIRST = /^job(@base64)?$/;
/** Values in plain form. Others are encoded: with a slash, empty, or with dots that URLs would normalize. */
const PLAIN = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/;

/** Base of an agent's groups: the prefix of the Pushgateway, and the labels that all its groups share. */
export interface GroupBase {
  /** URL without a grouping. */
  readonly url: URL;
  readonly grouping: Grouping;
}

/**
 * Parses a Pushgateway's URL, with or without a grouping: `http://gateway:9091`,
 * `http://proxy/gateway/metrics/job/nightly/team/shop`. The default grouping is the job `loadbot`; `agent` is added.
 */
export function parseGroupBase(pushUrl: URL, agent: string): GroupBase {
  const url = new URL(pushUrl);
  const at = url.pathname.lastIndexOf(ROOT);
  const segments = at < 0 ? [] : url.pathname.slice(at + ROOT.length).split('/');
  const isGrouping = FIRST.test(segments[0] ?? '');
  url.pathname = isGrouping ? url.pathname.slice(0, at) : url.pathname.replace(/\/(metrics\/?)?$/, '');
  return { url, grouping: { job: 'loadbot', agent, ...(isGrouping ? readGrouping(segments) : {}) } };
}

/** URL of one group: the base with additional labels. */
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
  // A path segment cannot be empty: a single padding character encodes an empty value.
  return `${name}@base64/${Buffer.from(value).toString('base64url') || '='}`;
}

function readGrouping(segments: readonly string[]): Grouping {
  const labels: Record<string, string> = {};
  for (let index = 0; index < segments.length; index += 2) {
    const [name = '', encoding] = (segments[index] ?? '').split('@');
    const value = segments[index + 1] ?? '';
    if (name === '') continue; // trailing slash
    labels[name] = encoding === 'base64' ? Buffer.from(value, 'base64url').toString() : decodeURIComponent(value);
  }
  return labels;
}
