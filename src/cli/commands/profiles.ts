import { Command } from 'commander';
import type { CheckFlags } from '../actions/profiles.ts';
import type { CommandIo, Exit } from '../command-io.ts';
import { collect } from '../plan-options.ts';

const EXAMPLES = `
Examples:
  loadbot-agent profiles
  loadbot-agent profiles show moco
  loadbot-agent profiles check http://127.0.0.1:8080/metrics
  loadbot-agent profiles check https://db-7/metrics --profile databasus --header "authorization: Bearer ..."
`;

/** `profiles`: the systems whose metrics are known, and whether an endpoint is one of them. */
export function profilesCommand(io: CommandIo, exit: Exit): Command {
  const command = new Command('profiles')
    .summary('list, show and check the profiles of known systems')
    .description('Lists the profiles for sources: the metrics of a known system and their meaning.')
    .addHelpText('after', EXAMPLES)
    .action(async () => (await load()).showProfiles(io));
  command
    .command('show')
    .description('Shows the content of a profile: families, phases, failures, rates.')
    .argument('<name>', 'name of the profile')
    .action(async (name: string) => (await load()).showProfile(name, io));
  command
    .command('check')
    .description('Compares an endpoint with the documentation of its system: missing, extra, wrong type, wrong labels.')
    .argument('<url>', 'where the metrics are')
    .option('--profile <name>', 'expected profile (default: the best match)')
    .option('--header <name: value>', 'header to send; may be repeated', collect)
    .option('--timeout <duration>', 'timeout of the scrape', '10s')
    .addHelpText('after', '\nExit status: 0 as documented, 1 not so, or it cannot be read, 104 invalid flags.')
    .action(async (url: string, flags: CheckFlags) => exit.with(await (await load()).checkEndpoint(url, flags, io)));
  return command;
}

const load = () => import('../actions/profiles.ts');
