import { z } from 'zod';
import type { UserStage } from '../../plan/plan.ts';
import type { PathDiagnostic } from '../diagnostics.ts';
import { asObject, type ConfigObject, jobsOf, stepsOf } from '../entries.ts';
import { duration, integer, required } from '../values.ts';

/** A stage of a ramp of users. */
export const userStageSchema = z
  .strictObject({
    duration: required(duration, { description: 'Duration of the ramp; "0s" is a step.', examples: ['30s'] }),
    users: required(integer(0, 100_000), {
      description: 'Number of users at the end of the stage, 0 to 100000.',
      examples: [50],
    }),
  })
  .meta({ id: 'user_stage', description: 'A section of a ramp of users: linear to `users`.' });

type UserStages = readonly z.infer<typeof userStageSchema>[];

/** Plans a ramp; the first stage begins with no users. */
export function planUsers(stages: UserStages | undefined): readonly UserStage[] | undefined {
  let previous = 0;
  return stages?.map(({ duration: durationMs, users }) => {
    const fromUsers = previous;
    previous = users;
    return { durationMs, fromUsers, toUsers: users };
  });
}

/** Highest number of users of a ramp. */
export function mostUsers(stages: UserStages): number {
  return Math.max(...stages.map(({ users }) => users));
}

/** Reports fields about users and starts that contradict others of their job. */
export function checkUsers(file: unknown): PathDiagnostic[] {
  const alone = stepsOf(file).flatMap((step) => step.filter(({ path }) => !path.includes('parallel')));
  const jobs = jobsOf(file);
  return [...jobs.flatMap(checkRamp), ...jobs.flatMap(checkQuota), ...alone.flatMap(checkStart)];
}

function checkRamp(job: ConfigObject): PathDiagnostic[] {
  const { users, connections } = job.fields;
  if (!Array.isArray(users)) return [];
  const counts = users.map((stage: unknown) => asObject(stage)?.['users']);
  const most = Math.max(...counts.map((count) => (typeof count === 'number' ? count : NaN)));
  if (most === 0)
    return [{ path: [...job.path, 'users'], message: 'all stages have 0 users: no requests would be sent' }];
  return [
    ...beside(
      job,
      'users',
      ['pace', 'stages'],
      'users send one request after the other, as fast as the target answers',
    ),
    ...(typeof connections === 'number' && connections !== most && most > 0
      ? [
          {
            path: [...job.path, 'connections'],
            message: `there are ${connections}, but at most ${most} \`users\`, each with a connection`,
            hint: 'leave it out',
          },
        ]
      : []),
  ];
}

function checkQuota(job: ConfigObject): PathDiagnostic[] {
  if (job.fields['operations_per_user'] === undefined) return [];
  const reason = 'each user does its own number of operations';
  return beside(job, 'operations_per_user', ['operations', 'users', 'warm_up'], reason);
}

function beside(
  { path, fields }: ConfigObject,
  field: string,
  others: readonly string[],
  reason: string,
): PathDiagnostic[] {
  return others
    .filter((other) => fields[other] !== undefined)
    .map((other) => ({
      path: [...path, other],
      part: 'key',
      message: `\`${other}\` and \`${field}\` are both given: ${reason}`,
      hint: 'keep one of the two',
    }));
}

function checkStart({ path, fields }: ConfigObject): PathDiagnostic[] {
  if (fields['start_after'] === undefined) return [];
  return [
    {
      path: [...path, 'start_after'],
      part: 'key',
      message: '`start_after` has no effect outside of a `parallel` group',
      hint: 'put a sleep job before this one',
    },
  ];
}
