import { z } from 'zod';
import { isFault, type TextFault } from '../../diagnostics.ts';
import { NOT_BLANK, parsed } from '../../values.ts';
import { parseServerUrl, type ServerUrl } from '../server.ts';

/** A listening address in Go notation: `9090`, `:9090`, `0.0.0.0:9090`, `[::]:9090` or `http://:9090`. */
const LISTEN_ADDRESS =
  /^(?:https?:\/\/)?(?:(?<host>|\*|localhost|0\.0\.0\.0|127(?:\.\d{1,3}){3}|\[[\da-f:]+\]):)?(?<port>\d{1,5})\/?$/i;
/** A host and port with an optional path but without a scheme. */
const WITHOUT_SCHEME = /^[\w.-]+:\d{1,5}(?:\/\S*)?$/;

/**
 * Parses the URL of a push target. The original loadbot used this setting for the port of its pull endpoint, so the
 * hint for a listening address names the setting that serves metrics.
 */
export function parsePushUrl(text: string): ServerUrl | TextFault {
  const url = parseServerUrl(text);
  return isFault(url) ? explainFault(text, url) : url;
}

function explainFault(text: string, fault: TextFault): TextFault {
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
function servingHint(host: string, port: number | string): string {
  const address = host.replaceAll(/[[\]]/g, '');
  const isDefault = address === '' || address === 'localhost' || address === '127.0.0.1';
  const flags = `--metrics_export_port ${port}${isDefault ? '' : ` --metrics_export_host ${address}`}`;
  const field = `"metrics_export_port": ${port}${isDefault ? '' : `, "metrics_export_host": "${address}"`}`;
  return `to serve GET /metrics to scrapers: ${flags}, or ${field} under "agent" in the file`;
}

/** URL to push to. A number is a port, as the original loadbot accepted. */
export const pushUrl = parsed(
  parsePushUrl,
  z
    .string({
      error: ({ input }) =>
        typeof input === 'number' ? `must be a URL to push to\n${servingHint('', input)}` : undefined,
    })
    .regex(/\S/, { error: NOT_BLANK }),
);
