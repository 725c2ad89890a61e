import { LoadbotError } from '../shared/errors.ts';

/** Commands of loadbot that do not exist here, each with the hint to its replacement. */
const COMMANDS: Readonly<Record<string, string>> = {
  'generate-config':
    'copy a file of workloads/ and edit it: docs/workload.md has every field, loadbot-agent validate FILE checks it',
  watch: 'loadbot-agent progress follows a run, loadbot-agent status shows it once',
  install: 'examples/kubernetes has the manifests: kubectl apply -f examples/kubernetes/loadbot-agent.yaml',
  upgrade:
    'edit the manifests of examples/kubernetes and apply them again: kubectl apply -f examples/kubernetes/loadbot-agent.yaml',
  uninstall: 'delete what the manifests made: kubectl delete -f examples/kubernetes/loadbot-agent.yaml',
  list: 'kubectl get deployments,jobs lists what runs in a cluster; loadbot-agent status asks one agent',
  completion: 'shell completion is not supported; loadbot-agent --help lists the commands',
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
  const [first = '', ...others] = args.map((arg) => arg.replace(/=.*$/s, ''));
  if (Object.hasOwn(COMMANDS, first))
    throw refusal(`\`${first}\` is a command of loadbot, not of loadbot-agent`, COMMANDS[first] ?? '');
  if (Object.hasOwn(LEADING, first))
    throw refusal(`\`${first}\` stands behind the command`, `write ${LEADING[first] ?? ''}`);
  if (first === 'start-agent' && others.includes('--watch-config')) {
    throw refusal(
      '`--watch-config` is a flag of loadbot: an agent does not watch its file',
      'after a change send the file: loadbot-agent config FILE',
    );
  }
}

function refusal(message: string, hint: string): LoadbotError {
  return new LoadbotError('config_invalid', message, { hint });
}
