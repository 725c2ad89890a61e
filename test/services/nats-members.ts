import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { systemClock } from '../../src/shared/clock.ts';
import { type LoadbotError, messageOf } from '../../src/shared/errors.ts';
import type { Bus } from '../../src/fleet/bus/bus.ts';
import { connectNats, type NatsOptions } from '../../src/fleet/bus/nats-connect.ts';
import { readNatsSettings } from '../../src/fleet/bus/nats-settings.ts';

/** Path of a certificate or key of the tests. */
export function pem(name: string): string {
  return fileURLToPath(new URL(`../certificates/${name}.pem`, import.meta.url));
}

/** A connected member, and the problems that its bus reported. */
export interface NatsMember {
  readonly bus: Bus;
  readonly problems: string[];
}

/** Connects a member as a command would: with a URL, and an environment. */
export async function openMember(
  url: string,
  environment: NodeJS.ProcessEnv = {},
  options: Partial<NatsOptions> = {},
): Promise<NatsMember> {
  const problems: string[] = [];
  const bus = await connectNats(readNatsSettings(url, environment), {
    name: 'member',
    clock: systemClock(),
    onProblem: ({ code, message }) => problems.push(`${code}: ${message}`),
    ...options,
  });
  return { bus, problems };
}

/** The one error of a connection that fails: code, message and hint. */
export async function refusal(
  url: string,
  environment: NodeJS.ProcessEnv = {},
  options: Partial<NatsOptions> = {},
): Promise<readonly [code: string, message: string, hint: string]> {
  const error = await openMember(url, environment, options).then(
    async ({ bus }) => {
      await bus.close();
      throw new Error('the connection was accepted');
    },
    (thrown: unknown) => thrown as LoadbotError,
  );
  expect(error.name, messageOf(error)).toBe('LoadbotError');
  expect(error.problems).toEqual([]);
  return [error.code, error.message, error.hint ?? ''];
}
