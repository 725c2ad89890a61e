import type { PaceRequest, Steering } from '../../engine/steering.ts';
import { LoadbotError } from '../../shared/errors.ts';
import type { SteeringClient } from '../../shared/load-change.ts';
import type { ControlAnswer, ControlRequest, ControlRoute, ControlTarget } from '../control-routes.ts';

/** Longest drain time of a stop, in seconds. */
const MAX_DRAIN_SECONDS = 3600;

/** Routes that change the load of a run while it goes on. */
export function createSteeringRoutes(controlled: ControlTarget): readonly (readonly [string, ControlRoute])[] {
  const accepted = (): ControlAnswer => ({ status: 202, document: controlled.status() });
  /** A route that changes the load, with the fields of its body. */
  const steer = (
    change: (steering: Steering, by: SteeringClient, fields: Readonly<Record<string, unknown>>) => Promise<void> | void,
  ): ControlRoute => ({
    POST: async (body, request) => {
      await change(runningLoad(controlled), clientOf(request), fieldsOf(body));
      return accepted();
    },
  });
  return [
    [
      '/stop',
      {
        POST: (body) => {
          controlled.stop(readDrain(fieldsOf(body)));
          return accepted();
        },
      },
    ],
    ['/pause', steer((steering, by) => steering.pause(by))],
    ['/resume', steer((steering, by) => steering.resume(by))],
    ['/pace', steer((steering, by, fields) => steering.pace(readPace(fields), by))],
    ['/connections', steer((steering, by, fields) => steering.connections(readConnections(fields), by))],
  ];
}

/** @throws {LoadbotError} `agent_busy` without a run whose load goes on */
function runningLoad(controlled: ControlTarget): Steering {
  const { steering } = controlled;
  if (steering === undefined)
    throw new LoadbotError('agent_busy', 'no run is in progress, whose load could be changed');
  if (controlled.status().state === 'stopping') {
    throw new LoadbotError('agent_busy', 'the run is ending: its load cannot be changed any more');
  }
  return steering;
}

function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  return Object(body) as Readonly<Record<string, unknown>>;
}

/** Drain time of a stop in milliseconds; `undefined`: that of the jobs. @throws {LoadbotError} `config_invalid` */
function readDrain({ drain_seconds: seconds }: Readonly<Record<string, unknown>>): number | undefined {
  if (seconds === undefined) return undefined;
  if (typeof seconds === 'number' && seconds >= 0 && seconds <= MAX_DRAIN_SECONDS) return seconds * 1000;
  throw new LoadbotError('config_invalid', `drain_seconds must be a number from 0 to ${MAX_DRAIN_SECONDS}`, {
    hint: '0 aborts requests in flight; without it, they have the drain time of their job',
  });
}

/** Highest rate in requests per second, and the bounds of a factor. */
const MAX_RATE = 1_000_000;
const FACTORS = { least: 0.001, most: 1000 } as const;

/** @throws {LoadbotError} `config_invalid` */
function readPace({ job, rate, factor }: Readonly<Record<string, unknown>>): PaceRequest {
  const name = readJob(job);
  if (typeof rate === 'number' && rate > 0 && rate <= MAX_RATE && factor === undefined) return { job: name, rate };
  const isFactor = typeof factor === 'number' && factor >= FACTORS.least && factor <= FACTORS.most;
  if (isFactor && rate === undefined) return { job: name, factor };
  const { least, most } = FACTORS;
  throw new LoadbotError(
    'config_invalid',
    `a pace is either a rate above 0 and up to ${MAX_RATE} requests per second, or a factor from ${least} to ${most}`,
    { hint: 'send {"rate": 500} or {"factor": 2}; to send nothing, pause' },
  );
}

/** @throws {LoadbotError} `config_invalid` */
function readConnections({ job, connections }: Readonly<Record<string, unknown>>) {
  const name = readJob(job);
  if (typeof connections === 'number') return { job: name, connections };
  throw new LoadbotError('config_invalid', 'connections must be a number', { hint: 'send {"connections": 20}' });
}

function readJob(job: unknown): string | undefined {
  if (job === undefined || typeof job === 'string') return job;
  throw new LoadbotError('config_invalid', 'job must be the name of a job');
}

/** Kind of client, for the record of the change; not a check of access. */
function clientOf({ userAgent = '' }: ControlRequest): SteeringClient {
  if (userAgent.startsWith('loadbot-agent')) return 'command';
  return userAgent.startsWith('Mozilla/') ? 'page' : 'api';
}
