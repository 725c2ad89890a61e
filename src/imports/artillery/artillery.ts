import { WORKLOAD_LIMITS } from '../../shared/bounds.ts';
import { LoadbotError } from '../../shared/errors.ts';
import type { Environment } from '../../workload/variables.ts';
import type { ImportNode } from '../../request-files/import-node.ts';
import { parseJsonOrYaml } from '../parse-json-or-yaml.ts';
import { redactRequest } from '../../request-files/redact-request.ts';
import { requestFields, sharedHeaders, writeHeaders, toTemplate } from '../request-fields.ts';
import { SecretVariables } from '../secret-variables.ts';
import { hostOf, splitUrl } from '../../request-files/split-url.ts';
import { describeVariables } from '../write-workload.ts';
import { Commented, writeComment, writeJsonc } from '../write-jsonc.ts';
import { readMaxUsers, readPayloads, readPhases, readVariables, toStages } from './config.ts';
import { FlowReader, type FlowStep, requestsOf, thinkSecondsOf } from './flow.ts';
import { ArtilleryValues } from './values.ts';

/** Seconds that the requests of a user are expected to take, for the number of connections. */
const SERVICE_SECONDS = 1;
const CONNECTIONS = { least: 10, most: 10_000 } as const;
/** Redirects that Artillery follows. */
const REDIRECTS = 10;
const CONFIG_FIELDS = new Set(['target', 'phases', 'variables', 'payload', 'defaults', 'http', 'tls']);
const SCENARIO_FIELDS = new Set(['name', 'weight', 'flow', 'engine']);

/** A scenario of the file. */
interface ArtilleryScenario {
  readonly name: string;
  readonly weight: number;
  readonly steps: readonly FlowStep[];
}

/**
 * Converts a test of Artillery to a workload file.
 * @param connectionString the target in place of that of the file
 * @throws {LoadbotError} `config_invalid`, with file and place
 */
export async function importArtillery(
  file: string,
  text: string,
  connectionString: string | undefined,
  env: Environment,
): Promise<string> {
  const root = await parseJsonOrYaml(file, text);
  const config = root.field('config');
  const notes = new Set<string>();
  noteUnused(root, config, notes);
  const secrets = new SecretVariables(env);
  const variables = readVariables(config, notes, secrets);
  const payloads = readPayloads(config, notes);
  const given = new Map([
    ...[...variables.keys()].map((name) => [name, `vars.${name}`] as const),
    ...payloads.flatMap(({ name, columns }) => columns.map((column) => [column, `${name}.${column}`] as const)),
  ]);
  const scenarios = readScenarios(root, config, given, notes, secrets);
  if (scenarios.length === 0) throw new LoadbotError('config_invalid', `${file} has no scenarios with HTTP requests`);
  const target = connectionString ?? new ArtilleryValues(given, notes).fill(config.field('target').text() ?? '');
  if (target === '') config.field('target').fail('must be a URL', 'or give the flag --connection_string');
  const redacted = redactRequest({ method: 'GET', url: target, headers: [], weight: 1 }, secrets).url;
  const { origin } = splitUrl(redacted);
  const base = splitUrl(redacted).path.replace(/\?.*$/s, '').replace(/\/$/, '');
  const shared = sharedHeaders(scenarios.flatMap(({ steps }) => requestsOf(steps)));
  const isInsecure = config.field('tls').field('rejectUnauthorized').value === false;
  const workload = {
    connection_string: toTemplate(origin + base),
    feeders: payloads.length === 0 ? undefined : payloads.map(({ feeder }) => feeder),
    http: {
      headers: shared.size === 0 ? undefined : writeHeaders(shared),
      cookies: true,
      redirects: REDIRECTS,
      tls: isInsecure ? { insecure_skip_verify: true } : undefined,
    },
    jobs: writeJobs(scenarios, config, variables, shared, notes),
  };
  const comments = [
    'Imported from a test of Artillery. See docs/command-line.md.',
    'An iteration is a user of Artillery: with new cookies and a new connection. Responses other than 2xx fail without `expect`.',
    ...describeVariables(secrets.all),
    ...notes,
  ];
  const written = `${[...comments.flatMap(writeComment), writeJsonc(workload)].join('\n')}\n`;
  if (Buffer.byteLength(written) <= WORKLOAD_LIMITS.workloadBytes) return written;
  throw new LoadbotError('config_invalid', `the scenarios of ${file} are larger than a workload may be`);
}

function noteUnused(root: ImportNode, config: ImportNode, notes: Set<string>): void {
  for (const [field] of config.entries()) {
    if (!CONFIG_FIELDS.has(field)) notes.add(`config.${field} is not imported.`);
  }
  for (const [field] of config.field('http').entries()) {
    if (field !== 'timeout') notes.add(`config.http.${field} is not imported.`);
  }
  for (const field of ['before', 'after']) {
    if (root.field(field).value !== undefined)
      notes.add(`${field}, which runs once for the whole test, is not imported.`);
  }
}

function readScenarios(
  root: ImportNode,
  config: ImportNode,
  given: ReadonlyMap<string, string>,
  notes: Set<string>,
  secrets: SecretVariables,
): ArtilleryScenario[] {
  const names = new Set<string>();
  return root
    .field('scenarios')
    .requireItems()
    .flatMap((node, index): ArtilleryScenario[] => {
      const name = node.field('name').text() ?? `scenario ${index + 1}`;
      const engine = node.field('engine').text() ?? 'http';
      const weight = Number(node.field('weight').text() ?? 1);
      for (const [field] of node.entries()) {
        if (!SCENARIO_FIELDS.has(field)) notes.add(`${field} of the scenario ${name} is not imported.`);
      }
      if (engine !== 'http') {
        notes.add(`The scenario ${name} is not imported: its engine is ${engine}.`);
        return [];
      }
      const values = new ArtilleryValues(given, notes);
      const headers = config
        .field('defaults')
        .field('headers')
        .entries()
        .map(([header, value]) => [header.toLowerCase(), values.fill(value.text() ?? '')] as const);
      const host = hostOf(splitUrl(values.fill(config.field('target').text() ?? '')).origin);
      const steps = new FlowReader({ values, host, headers, notes, names }).read(node.field('flow'));
      if (steps.length === 0 || !(weight > 0)) return [];
      return [
        {
          name: name.slice(0, WORKLOAD_LIMITS.nameCharacters),
          weight,
          steps: steps.map((one) => redact(one, secrets)),
        },
      ];
    });
}

function redact(step: FlowStep, secrets: SecretVariables): FlowStep {
  const request = step.request && redactRequest(step.request, secrets);
  return { ...step, request, steps: step.steps.map((inner) => redact(inner, secrets)) };
}

/** One job; its branches by weight are the scenarios. Those with groups, which branches cannot hold, run in parallel. */
function writeJobs(
  scenarios: readonly ArtilleryScenario[],
  config: ImportNode,
  variables: ReadonlyMap<string, unknown>,
  shared: ReadonlyMap<string, string>,
  notes: Set<string>,
): unknown[] {
  const phases = readPhases(config, notes);
  const maxUsers = readMaxUsers(config, notes);
  const timeout = config.field('http').field('timeout').text();
  const total = scenarios.reduce((sum, { weight }) => sum + weight, 0);
  const job = (name: string, share: number, of: readonly ArtilleryScenario[], steps: readonly unknown[]): object => {
    const peak = share * Math.max(...phases.flatMap(({ from, to }) => [from, to]), phases.length === 0 ? 1 : 0);
    const thinkSeconds = Math.max(...of.map((one) => thinkSecondsOf(one.steps)));
    const needed = maxUsers > 0 ? Math.ceil(maxUsers * share) : Math.ceil(peak * (thinkSeconds + SERVICE_SECONDS));
    const connections = Math.min(CONNECTIONS.most, Math.max(maxUsers > 0 ? 1 : CONNECTIONS.least, needed));
    const isUnpaced = phases.length === 0;
    return {
      name,
      type: 'scenario',
      connections,
      pace: isUnpaced ? Number(share.toPrecision(6)) : undefined,
      duration: isUnpaced ? '30s' : undefined,
      stages: isUnpaced ? undefined : toStages(phases, share),
      overload: maxUsers > 0 ? 'skip' : undefined,
      timeout: timeout !== undefined && /^\d+$/.test(timeout) && timeout !== '0' ? `${timeout}s` : undefined,
      session: 'iteration',
      variables: variables.size === 0 ? undefined : Object.fromEntries(variables),
      steps,
    };
  };
  const write = (steps: readonly FlowStep[]): unknown[] => steps.map((step) => writeStep(step, shared));
  const [only] = scenarios;
  if (only !== undefined && scenarios.length === 1) return [job(only.name, 1, scenarios, write(only.steps))];
  if (scenarios.every(({ steps }) => steps.every(({ request }) => request !== undefined))) {
    const branches = scenarios.map(({ name, weight, steps }) => new Commented({ weight, steps: write(steps) }, name));
    return [job('scenarios', 1, scenarios, [{ one_of: branches }])];
  }
  const jobs = scenarios.map((one) => job(one.name, one.weight / total, [one], write(one.steps)));
  return [new Commented({ parallel: jobs }, 'Each scenario has the share of its weight in the pace.')];
}

function writeStep(step: FlowStep, shared: ReadonlyMap<string, string>): object {
  const { name, request, steps, fields, thinkSeconds } = step;
  const pause = thinkSeconds === 0 ? undefined : `${Math.round(thinkSeconds * 1000)}ms`;
  if (request === undefined) {
    return { ...fields, think_time: pause, steps: steps.map((inner) => writeStep(inner, shared)) };
  }
  // The type of a step follows from its method.
  const method = request.method === 'GET' ? undefined : request.method;
  const { http } = requestFields(request, shared);
  return { name, http: { ...http, method }, ...fields, think_time: pause };
}
