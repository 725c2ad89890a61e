import { LoadbotError } from '../shared/errors.ts';

/** Default port of an agent's control API. */
export const DEFAULT_AGENT_PORT = 1234;

/** Default address of an agent's control API. */
export const DEFAULT_AGENT_URI = `127.0.0.1:${DEFAULT_AGENT_PORT}`;

/**
 * The base URL of an agent's control API, `http://127.0.0.1:1234`, from `HOST:PORT`, a port alone, or that URL itself.
 * @throws {LoadbotError} `config_invalid` for anything else
 */
export function parseAgentUri(text: string): string {
  const [, host = '127.0.0.1', port = ''] = FORMS.exec(text) ?? [];
  const url = `http://${host}:${port}`;
  if (port !== '' && Number(port) > 0 && URL.canParse(url)) return url;
  // A text that may hold credentials is not repeated.
  const given = text.includes('@') ? ', without a user name or password' : `, not ${JSON.stringify(text)}`;
  throw new LoadbotError('config_invalid', `--agent-uri must be HOST:PORT${given}`, {
    hint: `such as ${DEFAULT_AGENT_URI}`,
  });
}

const FORMS = /^(?:(?:http:\/\/)?([\w.-]+|\[[\da-f:.]+\]):)?(\d{1,5})\/?$/i;
