import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderHtml } from '../../src/reports/html/html.ts';
import { describeWithServices } from '../services/binary.ts';
import { loadbot, readResult, scratchFile, workloadFile } from './agent.ts';
import { Browser, CHROMIUM } from './browser.ts';

const WORKLOAD = {
  name: 'shop',
  connection_string: 'embedded:',
  jobs: [
    {
      name: 'orders',
      type: 'write',
      collection: 'c',
      connections: 4,
      pace: 200,
      duration: '5s',
      thresholds: ['p(99) < 10s', 'rate > 10', 'count > 1000000'],
    },
  ],
};

describeWithServices('the HTML report of thirty jobs in a browser', [CHROMIUM], () => {
  const [page, out, many] = ['html', 'json', 'html'].map(scratchFile) as [string, string, string];
  let browser: Browser;
  const names =
    '[...document.querySelectorAll("#jobs tbody tr")].filter((row) => !row.hidden).map((row) => row.querySelector("a").textContent)';
  const opened = '[...document.querySelectorAll("details.job")].flatMap((one, index) => one.open ? [index + 1] : [])';

  beforeAll(async () => {
    browser = await Browser.open();
    await loadbot(['run', workloadFile(WORKLOAD), '-q', '--report', `html=${page},json=${out}`]);
    const result = readResult(out);
    const job = result.jobs[0]!; // the workload has one
    const jobs = Array.from({ length: 30 }, (_, index) =>
      Object.assign({}, job, {
        uuid: `${index}`,
        name: `${index % 3 === 0 ? 'checkout' : 'catalogue'} ${'of a long name '.repeat(index % 4)}${index + 1}`,
        requests: 1000 + ((index * 7) % 30),
      }),
    );
    const thresholds = result.thresholds.map((one, index) => ({ ...one, job_uuid: `${index * 5}` }));
    const warning = { subject: 'a job', message: 'm'.repeat(300), hint: 'use more `threads`' };
    const warnings = Array.from({ length: 30 }, () => warning);
    writeFileSync(many, renderHtml({ ...result, jobs, thresholds, warnings }));
  });

  afterAll(() => browser.close());

  test.each([
    [1440, false],
    [1280, false],
    [1280, true],
    [390, false],
    [390, true],
  ])('scrolls only tables in their box, at %i pixels, dark: %s', async (width, isDark) => {
    for (const one of [page, many]) {
      await browser.show(one, { width, isDark });
      await browser.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');
      await browser.evaluate('new Promise((done) => setTimeout(done, 200))');
      expect(await browser.evaluate('document.documentElement.scrollWidth')).toBe(width);
      const wide =
        await browser.evaluate(`[...document.querySelectorAll('.scroll')].flatMap(({ scrollWidth, clientWidth, ariaLabel }) =>
        scrollWidth > clientWidth ? [ariaLabel] : [])`);
      if (width >= 1280) expect(wide).toEqual([]);
      expect(browser.complaints).toEqual([]);
    }
  });

  test('folds all jobs but the failed ones, and opens a job by its link', async () => {
    await browser.show(many);
    expect(await browser.evaluate(opened)).toEqual([11]);
    expect(await browser.evaluate('document.documentElement.scrollHeight')).toBeLessThan(6000);
    await browser.evaluate(`document.querySelector('a[href="#job-20"]').click()`);
    await browser.evaluate('new Promise((done) => setTimeout(done, 200))');
    expect(await browser.evaluate(opened)).toEqual([11, 20]);
    expect(await browser.evaluate('document.querySelectorAll("#job-20 canvas").length')).toBeGreaterThan(0);
  });

  test('sorts the table by a column in both directions, then restores the order', async () => {
    await browser.show(many);
    const original = (await browser.evaluate(names)) as string[];
    const sort = async (title: string): Promise<string[]> => {
      await browser.evaluate(
        `[...document.querySelectorAll('#jobs .sort')].find((one) => one.textContent === '${title}').focus()`,
      );
      await browser.press('Enter');
      return (await browser.evaluate(names)) as string[];
    };
    const descending = await sort('requests');
    expect(descending[0]).toBe(original[17]);
    expect(await browser.evaluate('document.querySelector("#jobs th[aria-sort]").ariaSort')).toBe('descending');
    expect(await sort('requests')).toEqual(descending.toReversed());
    expect(await sort('requests')).toEqual(original);
    expect((await sort('job'))[0]).toMatch(/^catalogue \d/);
  });

  test('filters rows and sections of jobs by name and type', async () => {
    await browser.show(many);
    const filter = (text: string): Promise<unknown> =>
      browser.evaluate(`(() => {
        const input = document.querySelector('.toolbar input');
        input.value = '${text}';
        input.dispatchEvent(new Event('input'));
      })()`);
    await filter('CHECKOUT write');
    expect(await browser.evaluate(names)).toHaveLength(10);
    expect(await browser.evaluate('document.querySelectorAll("details.job:not([hidden])").length')).toBe(10);
    expect(await browser.evaluate('document.querySelector(".toolbar output").value')).toBe('10 of 30');
    await filter('');
    expect(await browser.evaluate(names)).toHaveLength(30);
    await browser.evaluate('document.querySelector(".unfold").click()');
    expect(await browser.evaluate(opened)).toHaveLength(30);
  });

  test('works without its script', async () => {
    await browser.show(many, { hasScript: false });
    expect(await browser.evaluate(names)).toHaveLength(30);
    expect(await browser.evaluate('document.querySelectorAll("button, input").length')).toBe(0);
    await browser.evaluate('location.hash = "#job-9"');
    await browser.evaluate('1');
    expect(await browser.evaluate(opened)).toEqual([9, 11]);
  });
});
