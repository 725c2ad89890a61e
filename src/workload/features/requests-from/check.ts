import type { PathDiagnostic } from '../../diagnostics.ts';
import { asObject, type ConfigObject, type Fields, jobsOf } from '../../entries.ts';
import { BODY_FIELDS } from '../http/body.ts';

/** Reports settings that contradict requests of a file. */
export function checkRequestsFrom(file: unknown): PathDiagnostic[] {
  return jobsOf(file).flatMap((job) => {
    if (job.fields['type'] !== 'mixed') return [];
    const from = asObject(job.fields['requests_from']);
    if (job.fields['requests_from'] === undefined) return checkMissing(job);
    return checkBeside(job).concat(from === undefined ? [] : checkTimes(job, from));
  });
}

function checkMissing({ path, fields }: ConfigObject): PathDiagnostic[] {
  if (fields['mixed'] !== undefined) return [];
  const hint = 'list its operations, or give a file of requests as `requests_from`';
  return [{ path: [...path, 'mixed'], message: '`mixed` is missing', hint }];
}

/** Fields of a job about requests of its own. */
const OWN = ['schema', 'template', 'database', 'collection', 'data_size', 'batch_size', 'filter', 'keys'];
const OWN_HTTP = ['method', 'path', ...BODY_FIELDS];

function checkBeside({ path, fields }: ConfigObject): PathDiagnostic[] {
  const message = 'has no effect: the requests are those of `requests_from`';
  const unused = (holder: Fields, names: readonly string[], within: readonly string[]): PathDiagnostic[] =>
    names
      .filter((name) => holder[name] !== undefined)
      .map((name) => ({
        path: [...path, ...within, name],
        part: 'key',
        message: `\`${name}\` ${message}`,
        hint: 'leave it out',
      }));
  return [
    ...(fields['mixed'] === undefined
      ? []
      : [
          {
            path: [...path, 'mixed'],
            part: 'key' as const,
            message: '`mixed` and `requests_from` are both given; each defines the requests of the job',
            hint: 'keep one of the two',
          },
        ]),
    ...unused(fields, [...OWN, 'scan_length', 'read_first'], []),
    ...unused(asObject(fields['http']) ?? {}, OWN_HTTP, ['http']),
  ];
}

/** Settings of a job that contradict the recorded times, each with the reason. */
const AGAINST_TIMES: Readonly<Record<string, string>> = {
  pace: 'each sets the times of the requests',
  stages: 'each sets the times of the requests',
  arrival: 'the recording has the times of the requests',
  users: 'users send one request after the other, at no recorded time',
  warm_up: 'the first requests of the file would be those of the warm-up',
};

function checkTimes({ path, fields }: ConfigObject, from: Fields): PathDiagnostic[] {
  if (from['speed'] === undefined) return [];
  const findings = Object.entries(AGAINST_TIMES)
    .filter(([name]) => fields[name] !== undefined)
    .map(([name, reason]): PathDiagnostic => {
      const message = `\`${name}\` and \`requests_from.speed\` are both given: ${reason}`;
      const hint = name === 'warm_up' ? 'warm up with a job before this one' : 'keep one of the two';
      return { path: [...path, name], part: 'key', message, hint };
    });
  if (from['order'] !== 'random') return findings;
  const message =
    '`speed` has no effect on requests in random order: the recorded times are those of the recorded order';
  return [
    ...findings,
    { path: [...path, 'requests_from', 'speed'], part: 'key', message, hint: 'give `pace`, or leave `order` out' },
  ];
}
