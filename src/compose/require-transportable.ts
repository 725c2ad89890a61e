import { driverOf, isBuiltIn, isDriverModule } from '../driver-catalog.ts';
import { type Plan, sendsRequests } from '../plan/plan.ts';
import { type Diagnostic, LoadbotError } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';

/** @throws {LoadbotError} `config_invalid` for a plan that cannot run on several machines, with all problems */
export function requireTransportable(plan: Plan): void {
  const problems: Diagnostic[] = [];
  if (isBuiltIn(plan.target)) {
    problems.push({
      path: 'connection_string',
      message: 'the target embedded: runs in one process, so agents cannot share it',
      hint: 'start one with "loadbot-agent target" and give its URL',
    });
  }
  if (isDriverModule(plan.target)) {
    problems.push({
      path: 'drivers',
      message: 'agents of a fleet do not load driver modules, which are code',
      hint: 'run it without a fleet',
    });
  }
  const { fileOptions = [] } = isDriverModule(plan.target) ? {} : driverOf(plan.target);
  for (const name of fileOptions) {
    if (!plan.jobs.some((job) => sendsRequests(job) && isSet(job.driverOptions, name.split('.')))) continue;
    problems.push({
      path: `driver_options.${name}`,
      message: 'names a file of this machine, which agents do not have',
      hint: 'leave it out, or run without a fleet',
    });
  }
  if (plan.jobs.some((job) => sendsRequests(job) && job.functions !== undefined)) {
    problems.push({
      path: 'functions',
      message: 'agents of a fleet do not load functions, which are code',
      hint: 'run it without a fleet',
    });
  }
  const isBound = plan.jobs.some((job) => sendsRequests(job) && job.http.localAddresses.length > 0);
  if (isBound) {
    problems.push({
      path: 'http.local_addresses',
      message: 'addresses of one machine cannot be used on several',
      hint: 'leave them out',
    });
  }
  if (problems.length === 0) return;
  throw new LoadbotError('config_invalid', 'this workload cannot run on a fleet', { problems });
}

function isSet(options: Json | undefined, path: readonly string[]): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return options !== undefined;
  return typeof options === 'object' && options !== null && name in options && isSet(Reflect.get(options, name), rest);
}
