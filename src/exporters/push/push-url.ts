import { LoadbotError } from '../../core/errors.ts';
import { redactUrl } from '../../core/redact.ts';

/** Where to push, with its credentials taken out of the URL. */
export interface PushUrl {
  readonly url: URL;
  /** The header that the credentials make; `undefined` without any. */
  readonly authorization: string | undefined;
  /** What must not be shown, should the receiver repeat it. */
  readonly secrets: readonly string[];
}

/** @throws {LoadbotError} `config_invalid` when it is no http or https URL */
export function parsePushUrl(text: string): PushUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new LoadbotError('config_invalid', `metrics cannot be pushed to "${redactUrl(text)}": not an http(s) URL`, {
      hint: 'set metrics_export_url to something like http://127.0.0.1:8428/api/v1/import/prometheus',
    });
  }
  const credentials = `${decodePart(url.username)}:${decodePart(url.password)}`;
  const encoded = Buffer.from(credentials).toString('base64');
  const given = credentials !== ':';
  const secrets = [...(given ? [credentials, encoded, decodePart(url.password)] : []), url.search];
  url.username = '';
  url.password = '';
  return {
    url,
    authorization: given ? `Basic ${encoded}` : undefined,
    secrets: secrets.filter((secret) => secret !== ''),
  };
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone % is meant as it stands
  }
}
