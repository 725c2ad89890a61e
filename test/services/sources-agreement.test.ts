import { spawnSync } from 'node:child_process';
import { expect, it, test } from 'vitest';
import { systemClock } from '../../src/shared/clock.ts';
import { checkConformance, guessProfile } from '../../src/sources/profiles/check-conformance.ts';
import { readOnce } from '../../src/sources/source.ts';
import { type ParsedSample, takeSample } from '../exposition-parser.ts';
import { servePage } from '../emulators/emulated-system.ts';
import { sourcePlan } from '../unit/sources/source-plan.ts';
import { describeWithServices, findBinary, PROMETHEUS, PROMTOOL, PUSHGATEWAY, VICTORIA_METRICS } from './binary.ts';
import { NODE_EXPORTER, startNodeExporter } from './node-exporter.ts';
import { startPrometheus } from './prometheus.ts';
import { startPushgateway } from './pushgateway.ts';
import type { Service } from './service.ts';
import { startVictoriaMetrics } from './victoria-metrics.ts';

/** Whether promtool can read a page, whatever it thinks of its style. */
function isReadByPromtool(page: string): boolean {
  const { status } = spawnSync(findBinary(PROMTOOL.name) ?? '', ['check', 'metrics'], { input: page });
  return status === 0 || status === 3;
}

/** The samples of a page as the tests' own strict reader sees them. */
function samplesOf(page: string): readonly ParsedSample[] {
  return (
    page
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      // The strict reader takes no blank between labels, which VictoriaMetrics writes.
      .map((line) => takeSample(line.replaceAll('", ', '",')).sample)
  );
}

/** Reads one page, kept as it is, with the product and with the others. */
async function expectAgreement(page: string): Promise<number> {
  const endpoint = await servePage(() => page);
  const attempt = await readOnce(sourcePlan(endpoint.url), systemClock());
  await endpoint.stop();
  expect(isReadByPromtool(page)).toBe(true);
  expect(attempt).toMatchObject({ status: 'success', badLines: 0, droppedSamples: 0, bytes: Buffer.byteLength(page) });
  const read = attempt.reading?.values.map(({ series: { name, labels }, value }) => ({ name, labels, value }));
  expect(read).toEqual(samplesOf(page).map(({ name, labels, value }) => ({ name, labels, value })));
  return read?.length ?? 0;
}

async function pageOf(url: string, accept = 'text/plain;version=0.0.4'): Promise<string> {
  return (await fetch(url, { headers: { accept } })).text();
}

const SERVERS: readonly (readonly [
  name: string,
  start: () => Promise<Service & { readonly origin: string }>,
  atLeast: number,
])[] = [
  ['Prometheus', () => startPrometheus({ scrape: [] }), 200],
  ['VictoriaMetrics', startVictoriaMetrics, 200],
  ['Pushgateway', startPushgateway, 40],
];

describeWithServices('the parser of sources', [PROMETHEUS, PROMTOOL, VICTORIA_METRICS, PUSHGATEWAY], () => {
  test.each(SERVERS)('agrees with promtool and another reader on %s', async (_, start, atLeast) => {
    const server = await start();
    try {
      expect(await expectAgreement(await pageOf(`${server.origin}/metrics`))).toBeGreaterThan(atLeast);
    } finally {
      await server.stop();
    }
  });

  test('rejects the same lines as promtool', async () => {
    const lines = [
      'a',
      'a{',
      'a{b}',
      'a{b="c" 1',
      'a{b=c} 1',
      'a one',
      'a 1 soon',
      '9a 1',
      'a{b="c"d="e"} 1',
      'a 1 2 3',
      'a 0x1',
    ];
    const right = [
      'a 1',
      'a{} 1',
      'a{b="c",} 1',
      'a { b = "c" } 1',
      'a NaN',
      'a +Inf 5',
      ' a 1',
      'a{b="\\n\\"\\\\"} 1',
      'a\t1',
      'a 1e3',
    ];
    for (const [expected, cases] of [
      [false, lines],
      [true, right],
    ] as const) {
      for (const line of cases) {
        const page = `${line}\n`;
        const endpoint = await servePage(() => page);
        const { badLines } = await readOnce(sourcePlan(endpoint.url), systemClock());
        await endpoint.stop();
        expect([line, badLines === 0], line).toEqual([line, expected]);
        expect([line, isReadByPromtool(page)], line).toEqual([line, expected]);
      }
    }
  });
});

describeWithServices('a node exporter', [NODE_EXPORTER, PROMTOOL], () => {
  it('is parsed identically by promtool and another parser, and conforms to its profile', async () => {
    const server = await startNodeExporter();
    try {
      const url = `${server.origin}/metrics`;
      expect(await expectAgreement(await pageOf(url))).toBeGreaterThan(200);
      const { reading } = await readOnce(sourcePlan(url), systemClock());
      if (reading === undefined) throw new Error('not read');
      const profile = guessProfile(reading);
      expect(profile?.name).toBe('node_exporter');
      // A machine without disks or with another kernel lacks some; existing ones have to be as documented.
      const { differences } = checkConformance(profile!, reading); // its name was just compared
      expect(differences.filter(({ kind }) => kind !== 'missing')).toEqual([]);
    } finally {
      await server.stop();
    }
  });
});
