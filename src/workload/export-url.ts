import { httpUrlFault, type UrlFault } from './http-url.ts';

/** A listening address in Go notation: `9090`, `:9090`, `0.0.0.0:9090`, `[::]:9090` or `http://:9090`. */
const LISTEN_ADDRESS =
  /^(?:https?:\/\/)?(?:(?<host>|\*|localhost|0\.0\.0\.0|127(?:\.\d{1,3}){3}|\[[\da-f:]+\]):)?(?<port>\d{1,5})\/?$/i;
/** A host and port with an optional path but without a scheme. */
const WITHOUT_SCHEME = /^[\w.-]+:\d{1,5}(?:\/\S*)?$/;

/**
 * Checks the URL of a push target. The original loadbot used this setting for the port of its pull endpoint, so the
 * hint for a listening address names the setting that serves metrics.
 */
export function exportUrlFault(text: string): UrlFault | undefined {
  const fault = httpUrlFault(text);
  if (fault === undefined) return undefined;
  const { host = '', port } = LISTEN_ADDRESS.exec(text.trim())?.groups ?? {};
  if (port !== undefined) {
    return {
      message: 'must be a URL to push to; this is an address to listen on',
      hint: servingHint(host === '*' ? '0.0.0.0' : host, port),
    };
  }
  return WITHOUT_SCHEME.test(text) ? { ...fault, hint: 'put http:// or https:// in front' } : fault;
}

/**
 * Hint with the settings that serve metrics on an address.
 * @param host empty for the default, loopback
 */
export function servingHint(host: string, port: number | string): string {
  const address = host.replaceAll(/[[\]]/g, '');
  const isDefault = address === '' || address === 'localhost' || address === '127.0.0.1';
  const flags = `--metrics_export_port ${port}${isDefault ? '' : ` --metrics_export_host ${address}`}`;
  const field = `"metrics_export_port": ${port}${isDefault ? '' : `, "metrics_export_host": "${address}"`}`;
  return `to serve GET /metrics to scrapers: ${flags}, or ${field} under "agent" in the file`;
}
