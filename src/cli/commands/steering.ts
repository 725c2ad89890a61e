import { Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../shared/units.ts';
import type { PaceFlags } from '../actions/pace.ts';
import type { StopFlags } from '../actions/stop.ts';
import { agentsOption, type AgentsFlags } from '../agent-options.ts';
import type { CommandIo, Exit } from '../command-io.ts';
import { tokenOption } from '../control-options.ts';

/** Exit statuses of the commands that change a run. */
const EXITS = `
Exit status: 0 done, 104 a flag is wrong, 1 no agent answers, or it refuses; of several agents, the highest.
`;

const MAX_DRAIN_MS = 3_600_000;

const STOP_EXAMPLES = `
Examples:
  loadbot-agent stop
  loadbot-agent stop --now                     cuts off requests in flight
  loadbot-agent stop --drain 30s               gives them 30 s, whatever the workload says
  loadbot-agent stop -u 127.0.0.1:1234 -u 127.0.0.1:1235
${EXITS}`;

/** `stop`: stops the run of agents, as a first Ctrl-C there would. */
export function stopCommand(io: CommandIo, exit: Exit): Command {
  return new Command('stop')
    .summary('stop a run')
    .description(
      'Stops the run of an agent, as a first Ctrl-C does: requests in flight may finish, results are reported, metrics ' +
        'are delivered, and the run exits with 105. Returns immediately.',
    )
    .addOption(agentsOption())
    .addOption(tokenOption())
    .option('--now', 'abort requests in flight; they count as aborted')
    .addOption(
      new Option('--drain <duration>', 'time for requests in flight, instead of `drain` of the jobs; up to 1h')
        .argParser(parseDrain)
        .conflicts('now'),
    )
    .addHelpText('after', STOP_EXAMPLES)
    .action(async (flags: StopFlags) => {
      const { stopRuns } = await import('../actions/stop.ts');
      exit.with(await stopRuns(flags, io));
    });
}

function parseDrain(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms <= MAX_DRAIN_MS) return ms;
  throw new InvalidArgumentError('A duration up to 1h is expected, such as 5s.');
}

const PAUSE_EXAMPLES = `
Examples:
  loadbot-agent pause
  loadbot-agent pause -u 127.0.0.1:1234 -u 127.0.0.1:1235
${EXITS}`;

/** `pause`: pauses the load of agents. */
export function pauseCommand(io: CommandIo, exit: Exit): Command {
  return new Command('pause')
    .summary('pause the load of a run')
    .description(
      'Pauses the load of a run: requests in flight end and no more start, until resume. The schedule, the limits of ' +
        'the jobs and think times stand still, so no request of the pause is late or skipped.',
    )
    .addOption(agentsOption())
    .addOption(tokenOption())
    .addHelpText('after', PAUSE_EXAMPLES)
    .action(async (flags: AgentsFlags) => {
      const { pauseRuns } = await import('../actions/pause.ts');
      exit.with(await pauseRuns(flags, io));
    });
}

const RESUME_EXAMPLES = `
Examples:
  loadbot-agent resume
  loadbot-agent resume -u 127.0.0.1:1234 -u 127.0.0.1:1235
${EXITS}`;

/** `resume`: ends the pause of the load of agents. */
export function resumeCommand(io: CommandIo, exit: Exit): Command {
  return new Command('resume')
    .summary('resume a paused load')
    .description('Ends the pause of a run: its schedule continues where it was paused.')
    .addOption(agentsOption())
    .addOption(tokenOption())
    .addHelpText('after', RESUME_EXAMPLES)
    .action(async (flags: AgentsFlags) => {
      const { resumeRuns } = await import('../actions/resume.ts');
      exit.with(await resumeRuns(flags, io));
    });
}

const PACE_EXAMPLES = `
Examples:
  loadbot-agent pace 500/s
  loadbot-agent pace 500/s --job reads         where several jobs with a pace are running
  loadbot-agent pace x2                        twice the pace of the workload, of all running jobs with a pace
  loadbot-agent pace x1                        the pace of the workload again
  loadbot-agent pace x0.5 -u 127.0.0.1:1234 -u 127.0.0.1:1235
${EXITS}`;

/** `pace`: changes the pace of the run of agents. */
export function paceCommand(io: CommandIo, exit: Exit): Command {
  return new Command('pace')
    .summary('change the pace of a run')
    .description(
      'Changes the pace of running jobs: to a rate, or to a factor of the pace of the workload, whose stages keep their ' +
        'shape. Requests that are already due stay due. The change is in the result, its verdict and all reports.',
    )
    .argument('<pace>', 'rate such as 500/s or 6000/m, or factor such as x2')
    .addOption(jobOption())
    .addOption(agentsOption())
    .addOption(tokenOption())
    .addHelpText('after', PACE_EXAMPLES)
    .action(async (pace: string, flags: PaceFlags) => {
      const { paceRuns } = await import('../actions/pace.ts');
      exit.with(await paceRuns(pace, flags, io));
    });
}

const CONNECTIONS_EXAMPLES = `
Examples:
  loadbot-agent connections 20
  loadbot-agent connections 20 --job reads     where several jobs are running
${EXITS}`;

/** `connections`: changes the number of connections of the run of agents. */
export function connectionsCommand(io: CommandIo, exit: Exit): Command {
  return new Command('connections')
    .summary('change the number of connections of a run')
    .description(
      'Changes the number of connections of a running job that send requests, from one for each load thread to ' +
        '`connections` of the workload. The others finish their requests and stay open.',
    )
    .argument('<number>', 'number of connections')
    .addOption(jobOption())
    .addOption(agentsOption())
    .addOption(tokenOption())
    .addHelpText('after', CONNECTIONS_EXAMPLES)
    .action(async (connections: string, flags: PaceFlags) => {
      const { limitConnections } = await import('../actions/connections.ts');
      exit.with(await limitConnections(connections, flags, io));
    });
}

function jobOption(): Option {
  return new Option('--job <name>', 'name of the job; absent: the running one');
}
