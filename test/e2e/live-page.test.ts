import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { StatusDocument } from '../../src/agent/status-document.ts';
import { describeWithServices } from '../services/binary.ts';
import { Agent, loadbot, readResult, scratchFile, workloadFile } from './agent.ts';
import { Browser, CHROMIUM } from './browser.ts';
import { axeViolations } from './page-look.ts';

const WORKLOAD = {
  name: 'shop <b>sale</b>',
  connection_string: 'embedded:',
  jobs: [
    { name: 'fill', type: 'write', collection: 'c', operations: 200 },
    {
      name: 'reads',
      type: 'read',
      collection: 'c',
      connections: 2,
      pace: 50,
      duration: '10m',
      thresholds: ['p(50) < 10m', 'count > 1000000'],
    },
  ],
};

describeWithServices('the live page', [CHROMIUM], () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await Browser.open();
  });
  afterAll(() => browser.close());

  /** Resolves when an expression is true in the page. */
  const until = async (condition: string): Promise<void> => {
    for (let tries = 0; tries < 600; tries++) {
      if ((await browser.evaluate(condition)) === true) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`never true: ${condition}, in ${String(await browser.evaluate('document.body.innerText'))}`);
  };
  const text = async (id: string): Promise<string> =>
    String(await browser.evaluate(`document.getElementById(${JSON.stringify(id)}).innerText`));
  const open = async (args: readonly string[], view: Parameters<Browser['show']>[1] = {}): Promise<Agent> => {
    const agent = new Agent([...args, '--port', '0']);
    onTestFinished(() => void agent.child.kill('SIGKILL'));
    const [, url = ''] = await agent.sees(/control: (http:\/\/127\.0\.0\.1:\d+)\/status/);
    await browser.show('/dev/null', view);
    browser.complaints.length = 0;
    await browser.visit(`${url}/`);
    return agent;
  };
  const statusOf = async (agent: Agent): Promise<StatusDocument> => {
    const [, url = ''] = await agent.sees(/control: (http:\/\/127\.0\.0\.1:\d+)\/status/);
    return (await (await fetch(`${url}/status`)).json()) as StatusDocument;
  };

  test('shows a run, whose plots grow, until its stop button ends it', async () => {
    const out = scratchFile('json');
    const agent = await open(['run', workloadFile(WORKLOAD), '--out', out]);
    await until('document.querySelectorAll("#job-charts canvas").length >= 6');
    expect(await text('workload')).toBe('shop <b>sale</b>');
    expect(await text('outcome')).toContain('Running');
    expect(await text('jobs')).toMatch(/fill\s+completed\s+200\b/);
    expect(await text('thresholds')).toMatch(/✓p\(50\) < 10m\s+reads\s+holds/);
    expect(await text('event-list')).toContain('fill write: completed');

    // The table of values has a row for each second.
    const rows = 'document.querySelectorAll("#chart-rate tbody tr").length';
    const reopen =
      '(() => { const box = document.querySelector("#chart-rate details"); box.open = false; box.open = true; })()';
    const count = async (): Promise<number> => {
      await browser.evaluate(reopen);
      await browser.evaluate('new Promise((done) => setTimeout(done, 50))');
      return Number(await browser.evaluate(rows));
    };
    const pixels = 'document.querySelector("#chart-rate canvas").toDataURL()';
    const [before, drawn] = [await count(), await browser.evaluate(pixels)];
    let after = before;
    for (let tries = 0; after < before + 2 && tries < 600; tries++) after = await count();
    expect(after).toBeGreaterThan(before);
    expect(await browser.evaluate(pixels)).not.toBe(drawn);
    expect(await browser.evaluate('document.querySelectorAll("#chart-rate .legend button").length')).toBe(2);
    expect(await axeViolations(browser)).toEqual([]);

    await browser.evaluate('document.querySelector("#controls button").focus()');
    await browser.press('Enter');
    await until('document.querySelector("dialog").open');
    await browser.evaluate('document.querySelector("dialog .danger").click()');
    await until('document.querySelector("#report-link") !== null');
    expect(await text('outcome')).toBe('Stopped exit status 105');
    expect((await agent.ended).status).toBe(105);
    expect(readResult(out)).toMatchObject({ end: 'stopped', exit_status: 105 });
    // The report is in the page, although the process has ended.
    const loaded = browser.loaded();
    await browser.evaluate(
      '(() => { const link = document.querySelector("#report-link"); link.target = ""; link.click(); })()',
    );
    await loaded;
    await until('document.documentElement.classList.contains("scripted")');
    expect(await browser.evaluate('document.querySelector("h1").innerText')).toBe(WORKLOAD.name);
    // The browser reports that the server has gone, and nothing else.
    expect(browser.complaints.filter((one) => !one.includes('ERR_'))).toEqual([]);
  });

  test('pauses, resumes and changes a run, by keyboard and on a phone, and stops it at once', async () => {
    const out = scratchFile('json');
    const phone = { width: 390, height: 800, isDark: true };
    const agent = await open(['run', workloadFile(WORKLOAD), '--out', out], phone);
    const button = (name: string): string =>
      `[...document.querySelectorAll("#controls button")].find((one) => one.innerText === "${name}" && !one.hidden)`;
    await until('document.getElementById("event-list").innerText.includes("reads read: started")');
    await until(`${button('Pause')} !== undefined && ${button('Resume')} === undefined`);
    await browser.evaluate(`${button('Pause')}.focus()`);
    await browser.press('Enter');
    // The status is sent each second.
    await until('document.getElementById("outcome").innerText.startsWith("Paused")');
    await until(`${button('Resume')} !== undefined && ${button('Pause')} === undefined`);
    expect(await text('event-list')).toContain('load paused on the live page');
    await browser.evaluate(`${button('Resume')}.click()`);
    await until('document.getElementById("outcome").innerText.startsWith("Running")');

    await browser.evaluate('document.querySelector("#controls summary").click()');
    const set = async (id: string, value: string): Promise<void> => {
      await browser.evaluate(`document.getElementById("${id}").value = "${value}"`);
      await browser.evaluate(`document.querySelector("#${id} ~ button").click()`);
    };
    await set('set-pace', 'fast');
    await until('document.getElementById("answer").innerText.includes("fast is not a pace")');
    await set('set-pace', '6000/m');
    await until('document.getElementById("event-list").innerText.includes("from 50.0/s to 100.0/s on the live page")');
    // The rate of the new schedule is in one of the first two points after the change, and in all later ones.
    const rate = `document.querySelector("#chart-rate details")`;
    const cells = `Array.from(${rate}.querySelectorAll("tbody tr"), ({ cells }) => [cells[0].innerText, cells[2].innerText])`;
    const targets = async (): Promise<readonly { readonly second: number; readonly target: string }[]> => {
      await browser.evaluate(`${rate}.open = false; ${rate}.open = true; new Promise((done) => setTimeout(done, 50))`);
      return ((await browser.evaluate(cells)) as [string, string][]).map(([at, target]) => ({
        second: at.split(':').reduce((sum, part) => sum * 60 + Number(part), 0),
        target,
      }));
    };
    const { changes } = await statusOf(agent);
    const changedAt = changes.find(({ kind }) => kind === 'pace')?.at_seconds ?? NaN;
    // Times in the table are rounded to tenths.
    let after: readonly string[] = [];
    while (after.length < 4)
      after = (await targets()).filter(({ second }) => second > changedAt + 0.1).map(({ target }) => target);
    expect(after.slice(0, 2)).toContain('100/s');
    expect(new Set(after.slice(1))).toEqual(new Set(['100/s']));
    const before = (await targets()).filter(({ second }) => second < changedAt - 0.1).map(({ target }) => target);
    expect(new Set(before.filter((target) => target !== '0/s'))).toEqual(new Set(['50/s']));
    await set('set-connections', '9');
    await until(
      'document.getElementById("answer").innerText.includes("connections must be a whole number from 1 to 2")',
    );
    await set('set-connections', '1');
    await until('document.getElementById("event-list").innerText.includes("from 2 to 1 on the live page")');
    expect(await browser.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(await axeViolations(browser)).toEqual([]);

    await browser.evaluate(`${button('Stop')}.click()`);
    await browser.evaluate('document.querySelectorAll("dialog[open] .danger")[1].click()');
    await until('document.querySelector("#report-link") !== null');
    expect((await agent.ended).status).toBe(105);
    expect(readResult(out).changes.map(({ kind, by }) => [kind, by])).toEqual([
      ['pause', 'page'],
      ['resume', 'page'],
      ['pace', 'page'],
      ['connections', 'page'],
    ]);
    expect(browser.complaints.filter((one) => !one.includes('400') && !one.includes('ERR_'))).toEqual([]);
  });

  test('starts a pasted workload in an idle agent, and shows the problems of an invalid one', async () => {
    const agent = await open(['start-agent'], { width: 390, height: 800, isDark: true });
    await until('!document.getElementById("start").hidden');
    expect(await text('outcome')).toBe('Idle no run is in progress');
    expect(await browser.evaluate('document.getElementById("jobs").hidden')).toBe(true);
    expect(await axeViolations(browser)).toEqual([]);
    const submit = async (workload: unknown): Promise<void> => {
      const value = JSON.stringify(JSON.stringify(workload));
      await browser.evaluate(`document.getElementById('workload-text').value = ${value}`);
      await browser.evaluate('document.querySelector("form.start button").click()');
    };
    await submit({ ...WORKLOAD, jobs: [{ type: 'read', collection: 'c', durations: '5s' }] });
    await until('document.querySelector(".problems") !== null');
    expect(await browser.evaluate('document.querySelector(".problems").innerText')).toContain('jobs[0].durations');

    await submit({ ...WORKLOAD, jobs: [{ ...WORKLOAD.jobs[1], type: 'write', duration: '3s' }] });
    await until('document.querySelectorAll("#job-charts canvas").length >= 5');
    expect(await browser.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(await axeViolations(browser)).toEqual([]);
    await until('document.querySelector("#report-link") !== null');
    expect(await text('outcome')).toMatch(/^(Thresholds failed|Invalid)/);
    // It can start the next run.
    await until('!document.getElementById("start").hidden');
    expect(browser.complaints.filter((one) => !one.includes('400'))).toEqual([]);
    agent.child.kill('SIGTERM');
    expect((await agent.ended).status).toBe(0);
  });

  test('asks for the token of an agent that has one', async () => {
    const file = scratchFile('token');
    writeFileSync(file, 'c0ffee00c0ffee00');
    await open(['start-agent', '--token_file', file]);
    await until('document.getElementById("token") !== null');
    expect(await axeViolations(browser)).toEqual([]);
    await browser.evaluate('document.getElementById("token").value = "c0ffee00c0ffee00"');
    const loaded = browser.loaded();
    await browser.evaluate('document.querySelector("form.start button").click()');
    await loaded;
    await until('document.getElementById("outcome").innerText.startsWith("Idle")');
  });

  test('lists past runs with their reports, and compares two of them', async () => {
    const agent = await open(['start-agent']);
    const [, uri = ''] = await agent.sees(/control: http:\/\/(127\.0\.0\.1:\d+)\/status/);
    await until('!document.getElementById("start").hidden');
    expect(await browser.evaluate('document.getElementById("runs").hidden')).toBe(true);
    // The machine may be busy, which makes a run invalid.
    const fill = { ...WORKLOAD, agent: { allow_invalid: true }, jobs: [WORKLOAD.jobs[0]] };
    for (const name of ['first', 'second', '<i>third']) {
      const { status, stderr } = await loadbot(['start', workloadFile({ ...fill, name }), '-u', uri, '--follow']);
      expect(status, stderr).toBe(0);
    }
    await until('document.querySelectorAll("#runs tbody tr").length === 3');
    const names = 'Array.from(document.querySelectorAll("#runs tbody tr"), (row) => row.cells[2].firstChild.data)';
    expect(await browser.evaluate(names)).toEqual(['<i>third', 'second', 'first']);
    expect(await browser.evaluate('document.querySelector("#runs tbody tr").cells[5].innerText')).toBe('200');
    expect(await browser.evaluate('document.querySelector("#runs .actions button").disabled')).toBe(true);

    const choose = (row: number): Promise<unknown> =>
      browser.evaluate(`document.querySelectorAll("#runs .choice")[${row}].click()`);
    for (const row of [0, 1, 2]) await choose(row);
    const chosen = 'Array.from(document.querySelectorAll("#runs .choice"), (box) => box.checked)';
    expect(await browser.evaluate(chosen)).toEqual([false, true, true]);
    await browser.evaluate('document.querySelector("#runs .actions button").click()');
    await until('document.querySelector(".comparison table") !== null');
    expect(await browser.evaluate('document.querySelectorAll(".comparison tbody tr").length')).toBe(5);
    expect(await axeViolations(browser)).toEqual([]);

    // Reports and comparisons are pages of their own.
    for (const [link, title] of [
      ['.comparison .links a', 'Comparison'],
      ['#runs tbody tr a', '<i>third'],
    ]) {
      const loaded = browser.loaded();
      await browser.evaluate(
        `(() => { const link = document.querySelector(${JSON.stringify(link)}); link.target = ""; link.click(); })()`,
      );
      await loaded;
      await until(`document.querySelector("h1")?.innerText === ${JSON.stringify(title)}`);
      expect(await axeViolations(browser)).toEqual([]);
      await browser.visit(`http://${uri}/`);
      await until('document.querySelectorAll("#runs tbody tr").length === 3');
    }
    expect(browser.complaints).toEqual([]);
  });

  test('opens the report of a past run of an agent with a token', async () => {
    const file = scratchFile('token');
    writeFileSync(file, 'c0ffee00c0ffee00');
    const agent = await open(['start-agent', '--token_file', file]);
    const [, uri = ''] = await agent.sees(/control: http:\/\/(127\.0\.0\.1:\d+)\/status/);
    const fill = workloadFile({ ...WORKLOAD, name: 'kept', jobs: [WORKLOAD.jobs[0]] });
    await loadbot(['start', fill, '-u', uri, '--follow', '--token_file', file]);
    await browser.evaluate('sessionStorage.setItem("loadbot-token", "c0ffee00c0ffee00")');
    await browser.visit(`http://${uri}/`);
    await until('document.querySelectorAll("#runs tbody tr").length === 1');
    const loaded = browser.loaded();
    await browser.evaluate(
      '(() => { const link = document.querySelector("#runs tbody tr a"); link.target = ""; link.click(); })()',
    );
    await loaded;
    await until('document.querySelector("h1")?.innerText === "kept"');
    expect(await browser.evaluate('location.protocol')).toBe('blob:');
  });
});
