import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { describeWithServices } from '../services/binary.ts';
import { Agent, loadbot, scratchFile } from './agent.ts';
import { Browser, CHROMIUM } from './browser.ts';

/** A day of an SRE with one agent: everything is done in the page, but for what needs a terminal. */
describeWithServices('an agent and its page', [CHROMIUM], () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await Browser.open();
  });
  afterAll(() => browser.close());

  const until = async (condition: string): Promise<void> => {
    for (let tries = 0; tries < 900; tries++) {
      if ((await browser.evaluate(condition)) === true) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`never true: ${condition}, in ${String(await browser.evaluate('document.body.innerText'))}`);
  };
  const press = (name: string, within = 'document'): Promise<unknown> =>
    browser.evaluate(
      `Array.from(${within}.querySelectorAll("button")).find(({ textContent }) => textContent === ${JSON.stringify(name)}).click()`,
    );
  const outcome = 'document.getElementById("outcome").innerText';
  const runs = 'Array.from(document.querySelectorAll("#runs tbody tr"), (row) => row.cells[3].innerText)';

  test('starts, steers, stops and compares runs, and reports one that a crash interrupted', async () => {
    const requests = { count: 0 };
    const target = createServer((request, response) => {
      requests.count++;
      request.resume();
      response.end('{}');
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void target.close());
    await new Promise((resolve) => target.once('listening', resolve));
    const workload = JSON.stringify({
      name: 'shop',
      connection_string: `http://127.0.0.1:${(target.address() as AddressInfo).port}`,
      agent: { allow_invalid: true },
      jobs: [{ name: 'browse', type: 'read', http: { path: '/' }, connections: 2, pace: 40, duration: '10m' }],
    });
    const state = scratchFile('state');
    const startAgent = async () => {
      const agent = new Agent(['start-agent', '--port', '0', '--name', 'a1', '--state', state]);
      onTestFinished(() => void agent.child.kill('SIGKILL'));
      const [, uri = ''] = await agent.sees(/control: http:\/\/(127\.0\.0\.1:\d+)\/status/);
      await agent.sees(/is idle; start a run/);
      return { agent, uri };
    };
    const status = async (uri: string) =>
      (await (await fetch(`http://${uri}/status`)).json()) as {
        readonly state: string;
        readonly run_id: string;
        readonly jobs: readonly { readonly requests: number }[];
      };
    const startFromPage = async (): Promise<void> => {
      await until('!document.getElementById("start").hidden');
      await browser.evaluate(`document.getElementById('workload-text').value = ${JSON.stringify(workload)}`);
      await press('Start', 'document.querySelector("form.start")');
      await until(`${outcome}.startsWith("Running")`);
    };
    const stopFromPage = async (): Promise<void> => {
      await press('Stop', 'document.getElementById("controls")');
      await until('document.querySelector("dialog").open');
      await press('Stop', 'document.querySelector("dialog")');
      await until(`${outcome}.startsWith("Stopped")`);
    };
    const { agent, uri } = await startAgent();
    await browser.show('/dev/null');
    await browser.visit(`http://${uri}/`);

    // The first run, with another pace for a while, and a pause.
    await startFromPage();
    await until('document.querySelectorAll("#job-charts canvas").length >= 6');
    await browser.evaluate('document.querySelector("details.steering").open = true');
    await browser.evaluate('document.getElementById("set-pace").value = "80/s"');
    await press('Set', 'document.querySelector("form.steer")');
    await until('document.querySelector("#jobs tbody tr").cells[4].innerText === "80/s"');
    await press('Pause');
    await until(`${outcome}.startsWith("Paused")`);
    const paused = await status(uri);
    expect(paused.state).toBe('paused');
    await press('Resume');
    await until(`${outcome}.startsWith("Running")`);
    await expect
      .poll(async () => (await status(uri)).jobs[0]?.requests)
      .toBeGreaterThan((paused.jobs[0]?.requests ?? 0) + 20);
    await stopFromPage();
    await until(`${runs}.length === 1`);

    // The second run, compared with the first.
    await startFromPage();
    await until('document.querySelectorAll("#job-charts canvas").length >= 6');
    await stopFromPage();
    await until(`${runs}.length === 2`);
    expect(await browser.evaluate(runs)).toEqual(['Stopped', 'Stopped']);
    await browser.evaluate('document.querySelectorAll("#runs .choice").forEach((box) => box.click())');
    await press('Compare the two runs');
    await until('document.querySelector(".comparison table") !== null');
    expect(await browser.evaluate('document.querySelector(".comparison tbody tr").cells[0].innerText')).toBe('browse');

    // The third run ends with its process.
    await startFromPage();
    const { run_id: id } = await status(uri);
    await expect.poll(async () => (await status(uri)).jobs[0]?.requests).toBeGreaterThan(40);
    agent.child.kill('SIGKILL');
    await agent.ended;
    await until(`${outcome}.startsWith("No connection")`);
    const interrupted = readdirSync(state).find((name) => name.endsWith('.partial.json'));
    expect(interrupted).toContain(id.slice(0, 8));

    const restarted = await startAgent();
    await restarted.agent.sees(new RegExp(`run ${id.slice(0, 8)} of shop, started at \\S+, was interrupted`));
    await browser.visit(`http://${restarted.uri}/`);
    await until(`${runs}.length === 3`);
    expect(await browser.evaluate(runs)).toEqual(['Interrupted', 'Stopped', 'Stopped']);
    const { stdout } = await loadbot(['result', id.slice(0, 8), '--summary', '-u', restarted.uri]);
    expect(stdout).toContain('no verdict: partial: the run was interrupted at');
    const loaded = browser.loaded();
    await browser.evaluate(
      '(() => { const link = document.querySelector("#runs tbody tr a"); link.target = ""; link.click(); })()',
    );
    await loaded;
    await until('document.querySelector(".outcome strong")?.innerText === "Interrupted"');
    expect(await browser.evaluate('document.querySelector("h1").innerText')).toBe('shop');
    expect(requests.count).toBeGreaterThan(100);
  });
});
