import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LoadbotError } from '../shared/errors.ts';
import { isUrl } from './url-flags.ts';

const WRITE_FILE = 'loadbot-agent run URL --print_workload > load.jsonc writes a workload file to edit';

/** Words that are tried first and are not commands, each with the command that does it. */
const WORDS: Readonly<Record<string, string>> = {
  init: WRITE_FILE,
  new: WRITE_FILE,
  create: WRITE_FILE,
  bench: 'loadbot-agent run URL, or loadbot-agent run FILE',
  test: 'loadbot-agent run URL, or loadbot-agent run FILE',
  attack: 'loadbot-agent run URL --pace 50 --duration 10s',
  replay: 'loadbot-agent import har FILE > load.jsonc, then loadbot-agent run load.jsonc',
};

/** Words for the workload that comes with the program. */
const EXAMPLES: ReadonlySet<string> = new Set(['quickstart', 'quick-start', 'demo', 'example', 'examples']);

/**
 * Refuses words that a new user tries and that are not commands; the hint names the command.
 * @throws {LoadbotError} `config_invalid`; the message repeats no URL, which may hold a password
 */
export function refuseFirstWords(args: readonly string[]): void {
  const [first = ''] = args;
  if (isUrl(first)) throw refusal('a URL needs the command `run`', 'loadbot-agent run URL -c 50 -d 10s');
  const hint = EXAMPLES.has(first) ? runExample() : Object.hasOwn(WORDS, first) ? WORDS[first] : undefined;
  if (hint !== undefined) throw refusal(`\`${first}\` is not a command`, hint);
}

/**
 * Refuses a word in the place of a workload file that names the example, or a host without a scheme, which other load
 * testers complete.
 * @throws {LoadbotError} `config_invalid`
 */
export function refuseFileWords(command: string, file = ''): void {
  const isHost = /^(?:localhost|[\w.-]{1,255}:\d{1,5})(?:[/?]|$)/i.test(file);
  if ((!isHost && !EXAMPLES.has(file)) || existsSync(file)) return;
  const hint = isHost ? `for a URL: loadbot-agent ${command} http://HOST/PATH` : runExample();
  throw refusal(`cannot read ${file.replace(/\?.*$/s, '')}: no such file`, hint);
}

function runExample(): string {
  const path = fileURLToPath(new URL('../../workloads/quickstart.jsonc', import.meta.url));
  return `loadbot-agent run ${path} runs the example`;
}

function refusal(message: string, hint: string): LoadbotError {
  return new LoadbotError('config_invalid', message, { hint });
}
