import { type Plan, sendsRequests } from '../plan/plan.ts';
import { LoadbotError } from '../shared/errors.ts';

/**
 * Checks that a plan sends load only to allowed hosts.
 * @param allowed host names; `*.` in front stands for subdomains; empty: all hosts are allowed
 * @throws {LoadbotError} `config_invalid`, naming the hosts that are not
 */
export function requireAllowedTargets(plan: Plan, allowed: readonly string[]): void {
  if (allowed.length === 0) return;
  const refused = [...new Set(hostsOf(plan))].filter((host) => !allowed.some((pattern) => isMatch(host, pattern)));
  if (refused.length === 0) return;
  throw new LoadbotError('config_invalid', `the agent must not send load to ${refused.join(', ')}`, {
    hint: `its --allow_targets has ${allowed.join(', ')}`,
  });
}

/** All hosts that a plan connects to. */
function hostsOf({ target, jobs }: Plan): readonly string[] {
  const operations = jobs.filter(sendsRequests).flatMap(({ mix, userOperations }) => mix.concat(userOperations));
  const jobsHttp = jobs.filter(sendsRequests).map(({ http }) => http);
  const options = [...operations.map(({ http }) => http), ...jobsHttp];
  return [
    ...hostsOfUrl(target.url),
    ...options.flatMap(({ targetUrl }) => (targetUrl === undefined ? [] : hostsOfUrl(targetUrl))),
    ...options.flatMap(({ connectTo }) => Object.values(connectTo).map(withoutPort)),
    ...options.flatMap(({ proxy }) => (proxy === undefined ? [] : hostsOfUrl(proxy))),
    ...options.flatMap(({ unixSocket }) => (unixSocket === undefined ? [] : [unixSocket])),
  ];
}

/** Hosts of a URL; MongoDB's may have several, with commas. */
function hostsOfUrl(url: string): readonly string[] {
  const authority = /^[^:]+:\/\/(?:[^/?#]*@)?([^/?#]*)/.exec(url)?.[1] ?? url;
  return authority.split(',').map(withoutPort);
}

function withoutPort(host: string): string {
  return host
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
}

function isMatch(host: string, pattern: string): boolean {
  const wanted = pattern.toLowerCase();
  return wanted.startsWith('*.') ? host.endsWith(wanted.slice(1)) : host === wanted;
}
