import type { Command } from 'commander';
import { LoadbotError } from '../shared/errors.ts';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isUrl } from './url-flags.ts';
import { packageFile } from '../shared/package-files.ts';

/** The second short name of --version; loadbot has the lower case. */
const VERSION = '-V';

/**
 * Rewrites every flag to the spelling that the commands of a program declare: one with underscores, as the ancestor
 * spells them, also works with dashes. Arguments after `--` are left alone.
 */
export function canonicalFlags(args: readonly string[], { commands }: Pick<Command, 'commands'>): string[] {
  if (args[0] === VERSION) return ['--version'];
  const underscored = commands
    .flatMap(({ options }) => options.map(({ long }) => long ?? ''))
    .filter((long) => long.includes('_'));
  const spellings = new Map(underscored.map((long) => [long.replaceAll('_', '-'), long]));
  const end = args.indexOf('--');
  return args.map((arg, index) => {
    if (end !== -1 && index > end) return arg;
    const [flag = '', ...value] = arg.split('=');
    return [spellings.get(flag) ?? flag, ...value].join('=');
  });
}

/** Commands of loadbot that do not exist here, each with the hint to its replacement. */
const COMMANDS: Readonly<Record<string, string>> = {
  watch: 'loadbot-agent progress follows a run, loadbot-agent status shows it once',
  install: 'examples/kubernetes has the manifests: kubectl apply -f examples/kubernetes/loadbot-agent.yaml',
  upgrade:
    'edit the manifests of examples/kubernetes and apply them again: kubectl apply -f examples/kubernetes/loadbot-agent.yaml',
  uninstall: 'delete what the manifests made: kubectl delete -f examples/kubernetes/loadbot-agent.yaml',
  list: 'kubectl get deployments,jobs lists what runs in a cluster; loadbot-agent status asks one agent',
};

/** Flags that loadbot takes before the command, each with a command line that has it behind. */
const LEADING: Readonly<Record<string, string>> = {
  '-u': 'loadbot-agent start -u HOST:PORT',
  '--agent-uri': 'loadbot-agent start --agent-uri HOST:PORT',
  '--log-level': 'loadbot-agent start-agent --log-level debug',
  '--log-format': 'loadbot-agent start-agent --log-format json',
};

/**
 * Refuses words of loadbot's command line that do not exist here; the hint names the replacement.
 * @throws {LoadbotError} `config_invalid`
 */
export function refuseLoadbotWords(args: readonly string[]): void {
  const [first = ''] = args.map((arg) => arg.replace(/=.*$/s, ''));
  if (Object.hasOwn(COMMANDS, first))
    throw refusal(`\`${first}\` is a command of loadbot, not of loadbot-agent`, COMMANDS[first] ?? '');
  if (Object.hasOwn(LEADING, first))
    throw refusal(`\`${first}\` stands behind the command`, `write ${LEADING[first] ?? ''}`);
}

const WRITE_FILE = 'loadbot-agent generate-config writes a workload file to edit';

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
  const path = fileURLToPath(packageFile('workloads/quickstart.jsonc'));
  return `loadbot-agent run ${path} runs the example`;
}

function refusal(message: string, hint: string): LoadbotError {
  return new LoadbotError('config_invalid', message, { hint });
}
