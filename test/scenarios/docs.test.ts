import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Agent, readResult } from '../e2e/agent.ts';
import { prioritizeProcesses } from '../e2e/cpu-priority.ts';
import { describeWithServices } from '../services/binary.ts';
import { POSTGRES, type PostgresService, startPostgres } from '../services/postgresql.ts';
import { countsOf } from './script.ts';
import { signInSite } from './server/accounts.ts';
import { pizzaSite } from './server/pizza.ts';
import { ScenarioServer } from './server/scenario-server.ts';
import { graphqlSite, uploadSite } from './server/services.ts';
import { boutiqueSite } from './server/shops.ts';
import type { Site } from './server/site.ts';
import { PGBENCH } from './server/tables.ts';

// The thresholds of the examples are on latencies.
prioritizeProcesses();

const page = readFileSync(new URL('../../docs/scenarios.md', import.meta.url), 'utf8');

/** Workloads of the page by the heading above them. */
const EXAMPLES: Readonly<Record<string, string>> = Object.fromEntries(
  [...page.matchAll(/^## (.+)\n[^#]*?^```jsonc\n([\s\S]*?)^```/gm)].map(([, heading = '', text = '']) => [
    heading,
    text,
  ]),
);

const shop: Site = (ledger) => [...signInSite(ledger), ...boutiqueSite(ledger)];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'loadbot-scenarios-'));
  copyFileSync(new URL('files/report.txt', import.meta.url), join(folder, 'report.txt'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs an example as a reader would, against another target and for a shorter time. */
async function runExample(heading: string, url: string): Promise<Readonly<Record<string, number>>> {
  const out = join(folder, `${heading}.json`);
  const file = join(folder, `${heading}.jsonc`);
  writeFileSync(file, (EXAMPLES[heading] ?? '').replace('"duration": "30s"', '"operations": 100'));
  const agent = new Agent(['run', file, '--connection_string', url, '--threads', '2', '--seed', '5', '--out', out]);
  agent.child.stdin?.end();
  const { status, stdout, stderr } = await agent.ended;
  expect(status, `${stdout}\n${stderr}`).toBe(0);
  return countsOf(readResult(out));
}

describe('docs/scenarios.md', () => {
  test('has the examples that are run here', () => {
    expect(Object.keys(EXAMPLES)).toEqual(['Log in, then work', 'A shop', 'GraphQL', 'An upload', 'A transaction']);
  });

  test.each<[string, Site, Readonly<Record<string, unknown>>]>([
    ['Log in, then work', pizzaSite, { 'iterations of rate pizzas': 100, recommend: 100, rate: expect.any(Number) }],
    ['A shop', shop, { 'iterations of shop': 200, home: 200, form: 200, 'sign in': 200, add: expect.any(Number) }],
    ['GraphQL', graphqlSite, { 'iterations of users': 200, create: 200, read: 200 }],
    ['An upload', uploadSite, { 'iterations of uploads': 100, upload: 100, replace: 100 }],
  ])('%s', async (heading, site, counts) => {
    const server = await ScenarioServer.start(site);
    onTestFinished(() => server.stop());
    expect(await runExample(heading, server.url)).toMatchObject(counts);
    expect(server.ledger.violations.slice(0, 5)).toEqual([]);
  });
});

describeWithServices('docs/scenarios.md on PostgreSQL', [POSTGRES], () => {
  let postgres: PostgresService;
  beforeAll(async () => {
    postgres = await startPostgres();
    for (const statement of PGBENCH) await postgres.ask(statement);
  });
  afterAll(() => postgres.stop());

  test('A transaction', async () => {
    expect(await runExample('A transaction', postgres.url)).toMatchObject({ 'iterations of tpcb': 500 });
    expect(
      await postgres.ask(`SELECT (SELECT sum(abalance) FROM pgbench_accounts) = sum(delta) AS accounts,
        (SELECT sum(bbalance) FROM pgbench_branches) = sum(delta) AS branches, count(*)::int AS n FROM pgbench_history`),
    ).toEqual([{ accounts: true, branches: true, n: 500 }]);
  });
});
