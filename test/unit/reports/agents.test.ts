import { expect, test } from 'vitest';
import { toResultDocument } from '../../../src/reports/document/result-document.ts';
import { parseResultDocument } from '../../../src/reports/document/parse-result-document.ts';
import { renderHtml } from '../../../src/reports/html/html.ts';
import { renderSummaryText, renderSummary } from '../../../src/reports/terminal/summary.ts';
import type { AgentResult, RunResult } from '../../../src/reports/report.ts';
import type { ValidityFinding } from '../../../src/validity/finding.ts';
import { buildJob, buildResult } from '../../snapshot-builder.ts';
import { FakeTerminal } from '../../fake-terminal.ts';

const AGENT: AgentResult = {
  name: 'eu-1',
  host: 'host-1',
  version: '0.1.0',
  ranks: [0, 2],
  clockBoundSeconds: 0.0004,
  startedLateSeconds: 0,
  requests: 12_345,
  errors: 2,
  p50Seconds: 0.0015,
  p99Seconds: 0.25,
  lost: undefined,
};

const LOST: ValidityFinding = {
  signal: 'lost',
  severity: 'invalid',
  agent: 'eu-2',
  job: undefined,
  value: 1.5,
  unit: 'seconds',
  message: 'it is no longer on the bus: up to 30 requests in the last 1.50s are unreported',
  hint: 'see the log of that agent',
  firstSeenSeconds: 4,
  lastedSeconds: 0,
  worstSeconds: 4,
  spans: [],
};

function fleetResult(agents: readonly AgentResult[], given: Partial<RunResult> = {}): RunResult {
  return buildResult([buildJob({ name: 'reads' })], { agents, threads: 4, ...given });
}

function lostAgent(result: RunResult): AgentResult {
  const lost = { epochMs: result.startedEpochMs + 4000, unreportedSeconds: 1.5 };
  return { ...AGENT, name: 'eu-2', ranks: [1], requests: 40, p50Seconds: undefined, p99Seconds: undefined, lost };
}

const whole = fleetResult([AGENT]);
const result = fleetResult([AGENT, lostAgent(whole)], {
  validity: { valid: false, findings: [LOST], peaks: {} },
  verdict: 'invalid',
  exitStatus: 112,
});

test('the result has the agents of a fleet, with the times of a loss from the start of the run', () => {
  const { agents, validity } = toResultDocument(result);
  expect(agents).toEqual([
    {
      name: 'eu-1',
      host: 'host-1',
      version: '0.1.0',
      threads: 2,
      ranks: [0, 2],
      clock_offset_bound_seconds: 0.0004,
      started_late_seconds: 0,
      requests: 12_345,
      errors: 2,
      p50_seconds: 0.0015,
      p99_seconds: 0.25,
      lost_at_seconds: null,
      unreported_seconds: null,
    },
    expect.objectContaining({
      name: 'eu-2',
      threads: 1,
      p50_seconds: null,
      lost_at_seconds: 4,
      unreported_seconds: 1.5,
    }),
  ]);
  expect(validity.findings).toEqual([expect.objectContaining({ signal: 'lost', agent: 'eu-2', job: null })]);
});

test('a result with agents is read again as written, and an older one without', () => {
  const document = toResultDocument(result);
  const text = JSON.stringify(document);
  expect(parseResultDocument(text, 'r.json').agents).toEqual(document.agents);
  const { agents: _, ...older } = document;
  expect(parseResultDocument(JSON.stringify(older), 'r.json').agents).toEqual([]);
});

test('the summary lists the agents with their numbers, and the lost one', () => {
  const text = renderSummaryText(toResultDocument(result));
  expect(text).toContain('coordinator agent-1 · 2 agents · 4 threads');
  expect(text).toMatch(/^agents +threads +requests +errors +p50 +p99 +clock$/m);
  expect(text).toMatch(/^eu-1 +2 +12,345 +2 +1\.50ms +250ms +±400µs$/m);
  expect(text).toMatch(/^eu-2 \(lost\) +1 +40 +2 +- +- +±400µs$/m);
  expect(text).toContain('✗ agent eu-2: it is no longer on the bus: up to 30 requests');
});

test('a summary without --verbose counts more than 10 agents, and names those that were lost', () => {
  const many = Array.from({ length: 20 }, (_, index) => ({ ...AGENT, name: `a${index}` }));
  const document = toResultDocument(fleetResult([...many, lostAgent(whole)]));
  const text = renderSummary(document, new FakeTerminal().screen(), {}).join('\n');
  expect(text).toContain('20 agents more: --verbose');
  expect(text).toContain('eu-2 (lost)');
  expect(text).not.toContain('a7 ');
});

test('the HTML report has a table of the agents, and none for a run of one process', () => {
  const page = renderHtml(toResultDocument(result));
  expect(page).toContain('<section id="agents"><h2>Agents</h2>');
  expect(page).toContain('<dt>coordinator</dt><dd>agent-1</dd></div><div><dt>agents</dt><dd>2</dd>');
  expect(page).toMatch(/after 4\.00s; 1\.50s unreported/);
  expect(renderHtml(toResultDocument(buildResult([buildJob({ name: 'reads' })])))).not.toContain('id="agents"');
});
