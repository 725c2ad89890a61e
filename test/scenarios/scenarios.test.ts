import { readdirSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { countsOf, readJobs, requestsOf, runScript, type ScriptJob, type ScriptRequest } from './script.ts';
import { cookieSite, credentialsSite, signInSite, usersSite } from './server/accounts.ts';
import { drupalSite } from './server/drupal.ts';
import { echoSite } from './server/echo.ts';
import { pizzaSite } from './server/pizza.ts';
import { artSite, computersSite, docsSite } from './server/reading.ts';
import { matchRoute, routeKey, ScenarioServer } from './server/scenario-server.ts';
import { bearerSite, confirmSite, graphqlSite, uploadSite } from './server/services.ts';
import { boutiqueSite, sockSite } from './server/shops.ts';
import type { Site } from './server/site.ts';
import { storeSite } from './server/store.ts';

interface Script {
  readonly site: Site;
  /** Paths of the steps whose path is a captured value. */
  readonly paths?: Readonly<Record<string, string>>;
}

/** Scripts of other tools' own examples and of public repositories, as workloads, with the site that each one needs. */
const SCRIPTS: Readonly<Record<string, Script>> = {
  'artillery-cookies': { site: cookieSite },
  'artillery-csv': { site: artSite, paths: { page: '/dino' } },
  'artillery-expect': { site: usersSite },
  'artillery-file-uploads': { site: uploadSite },
  'artillery-graphql-crud': { site: graphqlSite },
  'artillery-json-payload': { site: usersSite },
  'artillery-table': { site: artSite },
  'gatling-computers': {
    site: computersSite,
    paths: { 'select macbook': '/computers/1', 'select amiga': '/computers/1', 'select commodore': '/computers/1' },
  },
  'gatling-store': { site: storeSite },
  'k6-basic-auth': { site: echoSite },
  'k6-cookies': { site: echoSite },
  'k6-drupal-shop': {
    site: drupalSite,
    paths: { billing: '/checkout/1', shipping: '/checkout/1/shipping', review: '/checkout/1/review' },
  },
  'k6-graphql': { site: graphqlSite },
  'k6-html-form-post': { site: echoSite },
  'k6-http-verbs': { site: echoSite },
  'k6-lifecycle': { site: pizzaSite },
  'k6-login-action': { site: pizzaSite },
  'k6-quickpizza-functional': { site: pizzaSite },
  'k6-redirects': { site: echoSite },
  'locust-bearer': { site: bearerSite },
  'locust-boutique': { site: boutiqueSite },
  'locust-browse-docs': { site: docsSite, paths: { page: '/page/1', 'sub page': '/sub/1' } },
  'locust-credentials': { site: credentialsSite },
  'locust-csrf-form': { site: signInSite },
  'locust-sock-shop': { site: sockSite },
  'locust-validations': { site: confirmSite },
};

const DATABASES = /^(pgbench|sysbench|hammerdb|k6-sql|k6-redis)/;

describe('scripts of other tools', () => {
  test('each file has a test server or a database', () => {
    const files = readdirSync(new URL('.', import.meta.url))
      .filter((name) => name.endsWith('.jsonc'))
      .map((name) => name.replace('.jsonc', ''));
    expect(files.filter((name) => !DATABASES.test(name)).toSorted()).toEqual(Object.keys(SCRIPTS).toSorted());
    expect(files.length).toBeGreaterThanOrEqual(25);
  });

  test.each(Object.entries(SCRIPTS))('%s: the server received what the result counts', async (name, script) => {
    const server = await ScenarioServer.start(script.site);
    onTestFinished(() => server.stop());
    const { result } = await runScript(name, server.url);
    const counts = countsOf(result);
    expect(server.ledger.violations.slice(0, 5)).toEqual([]);

    const expected = new Map<string, number>();
    for (const job of readJobs(name)) {
      for (const request of requestsOfJob(job)) {
        const isBefore = job.before?.includes(request.step) === true;
        const sent = isBefore ? (job.connections ?? 1) : counts[request.name];
        expect(sent, `${name}: ${request.name}`).toBeGreaterThan(0);
        if (!isBefore && request.times !== undefined) expect(sent, request.name).toBe(job.operations * request.times);
        const key = keyOf(server, request, script.paths ?? {});
        expected.set(key, (expected.get(key) ?? 0) + (sent ?? 0));
      }
      if (job.type === 'scenario') expect(counts[`iterations of ${String(job.name)}`]).toBe(job.operations);
    }
    const received = [...server.ledger.counts].filter(([key]) => !key.startsWith('hop '));
    expect(Object.fromEntries(received)).toEqual(Object.fromEntries(expected));
  });
});

function requestsOfJob(job: ScriptJob): readonly ScriptRequest[] {
  if (job.type !== 'scenario') return [{ name: job.name ?? '', step: job, times: 1 }];
  return requestsOf([...(job.before ?? []), ...(job.steps ?? [])]);
}

/** Route of a step, as the server counts it. */
function keyOf(
  server: ScenarioServer,
  { name, step: { http } }: ScriptRequest,
  paths: Readonly<Record<string, string>>,
): string {
  const method = http?.method ?? 'GET';
  const [path = ''] = (paths[name] ?? http?.path ?? '').replaceAll(/#\w+(\.\w+)*/g, 'x').split('?');
  const matched = matchRoute(server.routes, method, path);
  return matched === undefined ? `${method} not found` : routeKey(matched.route);
}
