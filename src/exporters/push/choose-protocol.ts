import type { PushProtocolName } from '../../core/push-target.ts';

/** Paths by which receivers are known. */
const PATHS: readonly (readonly [path: RegExp, name: PushProtocolName])[] = [
  [/\/metrics\/job(@base64)?\//, 'pushgateway'],
  [/\/api\/v1\/(write|push)\/?$/, 'remote_write'],
  [/\/v1\/metrics\/?$/, 'otlp'],
];

/** The protocol that a URL is for, by its path: Prometheus text, unless the path is that of another. */
export function chooseProtocol(url: URL): PushProtocolName {
  return PATHS.find(([path]) => path.test(url.pathname))?.[1] ?? 'prometheus_text';
}
