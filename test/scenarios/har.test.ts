import { writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { Agent, loadbot, readResult, scratchFile } from '../e2e/agent.ts';
import { Browser, CHROMIUM } from '../e2e/browser.ts';
import { describeWithServices } from '../services/binary.ts';
import { HarRecording } from './har-recording.ts';
import { librarySite } from './server/library.ts';
import { ScenarioServer } from './server/scenario-server.ts';

describeWithServices('a recording of a browser', [CHROMIUM], () => {
  test('the imported recording sends each page, API request and form in its proportion', async () => {
    const server = await ScenarioServer.start(librarySite);
    onTestFinished(() => server.stop());
    const browser = await Browser.open();
    onTestFinished(() => browser.close());
    const recording = new HarRecording(browser);
    await browser.visit(`${server.url}/`);
    const results = browser.loaded();
    await browser.evaluate('document.forms[0].submit()');
    await results;
    await browser.visit(`${server.url}/books/1`);
    await browser.visit(`${server.url}/books/1`);
    const pages = recording.requests.filter((request) => !request.includes('favicon')).toSorted();
    expect(pages).toEqual([
      'GET /',
      'GET /api/suggestions',
      'GET /books/1',
      'GET /books/1',
      'GET /results',
      'GET /static/library.css',
      'GET /static/library.js',
      'POST /search',
    ]);

    const har = scratchFile('har');
    writeFileSync(har, recording.toText());
    const imported = await loadbot(['import', 'har', har]);
    expect(imported.status, imported.stderr).toBe(0);
    const workload = scratchFile('jsonc');
    // As its reader would: another load, the same requests.
    const edited = imported.stdout
      .replace(/"pace": \d+/, '"operations": 600')
      .replace(/"connections": \d+/, '"connections": 10')
      .replace(/"duration": "30s",?/, '');
    writeFileSync(workload, edited);
    const out = scratchFile('result.json');
    server.ledger.counts.clear();
    const { status, stdout, stderr } = await new Agent(['run', workload, '--threads', '2', '--out', out]).ended;
    expect(status, `${stdout}${stderr}${edited}`).toBe(0);

    expect(server.ledger.violations).toEqual([]);
    const { jobs } = readResult(out);
    expect(jobs.map(({ errors }) => errors)).toEqual(jobs.map(() => 0));
    const sent: Record<string, number> = Object.fromEntries(jobs.map(({ step, requests }) => [step, requests]));
    const received = Object.fromEntries(server.ledger.counts);
    expect(sent).toEqual({
      'GET /': received['GET /'],
      'GET /api/suggestions': received['GET /api/suggestions'],
      'GET /books/1': received['GET /books/:id'],
      'GET /results': received['GET /results'],
      'POST /search': received['POST /search'],
    });
    expect(Object.values(sent).reduce((sum, count) => sum + count)).toBe(600);
    expect(sent['GET /']).toBeCloseTo(100, -1);
    expect(sent['GET /books/1']).toBeCloseTo(200, -1);
  });
});
