import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { describeRoutes, withOpenApi } from '../../../../src/agent/control/openapi.ts';
import { LOOPBACK_ACCESS } from '../../../../src/agent/control/access.ts';
import { renderReport } from '../../../../src/agent/report-renderer.ts';
import { createAgentRoutes } from '../../../../src/agent/agent-routes.ts';
import { LiveFeed } from '../../../../src/agent/live/live-feed.ts';
import { createLiveRoutes } from '../../../../src/agent/live/live-routes.ts';
import { VirtualClock } from '../../../virtual-clock.ts';
import { createRoutes } from '../../../../src/agent/run-routes.ts';
import { MemoryStorage } from '../../../../src/run-store/memory-storage.ts';
import { RunStore } from '../../../../src/run-store/run-store.ts';
import { LoadbotError } from '../../../../src/shared/errors.ts';
import { testAgent } from '../test-agent.ts';
import { FakeRun, readsAt, statusAt } from '../statuses.ts';
import { ask, serve, type Question } from './requests.ts';

type Responses = Readonly<Record<number, { readonly content: Readonly<Record<string, { readonly schema?: object }>> }>>;

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Responses }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const emptyStore = (): RunStore => new RunStore(new MemoryStorage(), { runs: 1, bytes: 1 });

const POST = { method: 'POST', headers: { 'content-type': 'application/json' } };

async function runRoutes() {
  const run = new FakeRun();
  const status = await statusAt(2, [readsAt(2)], run);
  return createRoutes({ status: () => status, stop: () => run.stop(), isReady: true, debug: { on: false } });
}

it('describes exactly the routes and methods of a run and of an agent', async () => {
  const feed = new LiveFeed({
    exporters: () => [],
    status: () => testAgent().status(),
    clock: new VirtualClock(),
    render: () => Promise.resolve(''),
  });
  for (const routes of [await runRoutes(), createAgentRoutes(testAgent(), emptyStore(), renderReport)]) {
    const all = withOpenApi(new Map([...routes, ...createLiveRoutes(feed)]));
    const { paths } = describeRoutes([...all.keys()]) as unknown as Described;
    const described = Object.entries(paths).map(([path, operations]) => [path, Object.keys(operations).toSorted()]);
    const served = [...all].map(([path, route]) => [
      path,
      Object.keys(route)
        .filter((name) => name !== 'isPublic')
        .map((method) => method.toLowerCase())
        .toSorted(),
    ]);
    expect(described).toEqual(served);
  }
});

/** Requests with an answer for every documented status that an agent gives without special states. */
const ASKED: readonly (readonly [path: string, question: Question])[] = [
  ['/status', {}],
  ['/status', { headers: { host: 'evil.example' } }],
  ['/stop', POST],
  ['/stop', { method: 'POST' }],
  ['/stop', { ...POST, body: '{"drain_seconds":0}' }],
  ['/stop', { ...POST, body: '{"drain_seconds":"5s"}' }],
  ['/pause', POST],
  ['/resume', POST],
  ['/pace', { ...POST, body: '{"factor":2}' }],
  ['/connections', { ...POST, body: '{"connections":2}' }],
  ['/debug', {}],
  ['/debug', { ...POST, body: '{"debug":true}' }],
  ['/debug', { ...POST, body: '{}' }],
  ['/healthz', {}],
  ['/readyz', {}],
  ['/start', { ...POST, body: '{"text":"{}"}' }],
  ['/start', { ...POST, body: '{"text":5}' }],
  ['/config', {}],
  ['/config', { ...POST, body: '{"text":"{}","source":"stdin"}' }],
  ['/result', {}],
  ['/runs', {}],
  ['/runs/result', {}],
  ['/runs/report', {}],
  ['/openapi.json', {}],
];

it('matches real answers', async () => {
  const agent = testAgent({
    check: (workload) => {
      if (workload.source === 'refused')
        throw new LoadbotError('config_invalid', 'no', { problems: [{ message: 'x', path: 'jobs' }] });
      return Promise.resolve();
    },
    plan: () => Promise.reject(new LoadbotError('config_invalid', 'no', { problems: [{ message: 'x' }] })),
  });
  const url = await serve(withOpenApi(createAgentRoutes(agent, emptyStore(), renderReport)), LOOPBACK_ACCESS);
  const document = JSON.parse((await ask(`${url}/openapi.json`)).body) as Described;
  const seen = new Set<string>();
  for (const [path, question] of ASKED) {
    const answer = await ask(url + path, question);
    const method = (question.method ?? 'GET').toLowerCase();
    expectDescribed(document, path, method, answer.status ?? 0, JSON.parse(answer.body));
    seen.add(`${method} ${path} ${answer.status}`);
  }
  // Not every answer may be a refusal.
  expect([...seen]).toEqual(
    expect.arrayContaining([
      'get /status 200',
      'post /stop 202',
      'post /stop 400',
      'post /pause 409',
      'post /resume 409',
      'post /pace 409',
      'post /connections 409',
      'post /debug 200',
      'post /start 400',
      'get /config 404',
    ]),
  );
});

it('matches the status of a run with a job', async () => {
  const url = await serve(withOpenApi(await runRoutes()), LOOPBACK_ACCESS);
  const document = JSON.parse((await ask(`${url}/openapi.json`)).body) as Described;
  const status = JSON.parse((await ask(`${url}/status`)).body) as Record<string, unknown>;
  expectDescribed(document, '/status', 'get', 200, status);
  const { state: _, ...incomplete } = status;
  expect(() => expectDescribed(document, '/status', 'get', 200, incomplete)).toThrow('state');
});

/** Checks an answer against the schema of its status. */
function expectDescribed(document: Described, path: string, method: string, status: number, body: unknown): void {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'api');
  const escaped = path.replaceAll('~', '~0').replaceAll('/', '~1');
  const at = `/paths/${escaped}/${method}/responses/${status}`;
  const described = document.paths[path]?.[method]?.responses[status];
  expect(described, at).toBeDefined();
  if (described?.content['application/json']?.schema === undefined) return;
  const validate = ajv.compile({ $ref: `api#${at}/content/application~1json/schema` });
  expect(validate(body), `${method} ${path} ${status}: ${ajv.errorsText(validate.errors)}`).toBe(true);
}
