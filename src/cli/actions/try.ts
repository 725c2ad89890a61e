import { systemClock } from '../../shared/clock.ts';
import { EXIT } from '../../shared/exit-status.ts';
import { secretsOfTarget, secretsOfValues } from '../../shared/secrets.ts';
import { formatCountOf } from '../../shared/units.ts';
import { RequestRenderer } from '../../trial/render-request.ts';
import { planTrial } from '../../trial/trial-plan.ts';
import { tryPlan } from '../../trial/try-plan.ts';
import type { PlanOverrides } from '../../workload/flags.ts';
import { openTerminal } from '../../reports/terminal/terminal.ts';
import type { CommandIo, Exit } from '../command-io.ts';
import { openLog } from '../log-options.ts';
import { planWorkload } from '../../planning/plan-workload.ts';
import { Signals } from '../signals.ts';

export interface TryFlags extends PlanOverrides {
  readonly job?: string;
  readonly full?: boolean;
}

/** Sends each request once and prints it with its response; returns the exit code. */
export async function tryWorkload(file: string, flags: TryFlags, io: CommandIo, exit: Exit): Promise<number> {
  const { plan: planned } = await planWorkload(file, flags, io);
  const plan = planTrial(planned, flags.job);
  const secrets = secretsOfValues([...secretsOfTarget(plan.target), ...plan.secrets]);
  const renderer = new RequestRenderer(secrets, flags.full === true);
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  const signals = new Signals(() => exit.now(EXIT.stoppedBySignal));
  const errors = openTerminal(process.stderr, io.env);
  signals.stop(
    { stop, kill: stop },
    openLog({ logLevel: 'error', logFormat: 'text' }, errors, systemClock(), { on: false }),
  );
  let requests = 0;
  try {
    const { hasFailed, unsent, failures } = await tryPlan(plan, {
      signal: stopping.signal,
      onRequest: (tried) => {
        requests++;
        io.stdout.write(`${renderer.render(tried).join('\n')}\n\n`);
      },
      onFunction: (called) => void io.stdout.write(`${renderer.renderFunction(called).join('\n')}\n\n`),
    });
    const lines = [
      ...failures.map((failure) => `failed: ${failure}`),
      ...unsent.map(({ job, step }) => `not sent: ${step === '' ? job : `${job} · ${step}`}`),
      `${formatCountOf(requests, 'request')}: ${hasFailed ? 'failed' : 'ok'}`,
    ];
    io.stdout.write(`${lines.map((line) => renderer.line(line)).join('\n')}\n`);
    if (stopping.signal.aborted) return EXIT.stoppedBySignal;
    return hasFailed ? EXIT.thresholdFailed : EXIT.ok;
  } finally {
    signals.release();
  }
}
