import type { PushProtocolName } from '../../plan/push-target.ts';

/** Known push paths of receivers. */
const PATHS: readonly (readonly [path: RegExp, name: PushProtocolName])[] = [
  [/\/metrics\/job(@base64)?\//, 'pushgateway'],
  [/\/api\/v1\/(write|push)\/?$/, 'remote_write'],
  [/\/v1\/metrics\/?$/, 'otlp'],
];

/** Chooses the protocol by the path of a URL; the default is Prometheus text. */
export function chooseProtocol(url: URL): PushProtocolName {
  return PATHS.find(([path]) => path.test(url.pathname))?.[1] ?? 'prometheus_text';
}
