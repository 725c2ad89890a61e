import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { EmulatedSystem, servePage } from '../emulators/emulated-system.ts';
import { describeWithServices } from '../services/binary.ts';
import { Agent, loadbot, workloadFile } from './agent.ts';
import { Browser, CHROMIUM } from './browser.ts';
import { CountingServer } from './counting-server.ts';
import { axeViolations, contrast, type PageLook, readLook } from './page-look.ts';

const [DESKTOP, PHONE] = [1280, 390];
/** Lines are wider than a pixel of the device, so that some pixels have their exact color. */
const SCALE = 2;
const LONG_NAME = 'lookups of orders that are not there';

/** Colors of the lines that each chart must have: those that no other line is drawn over. */
const LINES = {
  'chart-rate': ['blue', 'gray'],
  'chart-latency': ['blue'],
  'chart-errors': ['red'],
  'chart-classes': ['red'],
  'chart-in-flight': ['purple'],
  'chart-lag': ['cyan'],
  'chart-distribution': ['blue'],
  'chart-histogram': ['blue'],
  'database-db_size': ['blue'],
  'database-db_queries_total': ['blue'],
};

/** Folder for pictures of each view, to look at. */
const PICTURES = process.env['LOADBOT_PICTURES'];

describeWithServices('the live page in both themes, on a desktop and on a phone', [CHROMIUM], () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await Browser.open();
  });
  afterAll(() => browser.close());

  /** Resolves when an expression is true in the page. */
  const until = (condition: string): Promise<void> =>
    expect.poll(() => browser.evaluate(condition), { message: condition, interval: 100 }).toBe(true);

  test('has drawn charts, readable text and no overflow, while a run goes on and after it', async () => {
    const { origin, sourceUrl } = await startSystems();
    const push = ['--metrics_export_url', `${origin}/push`, '--metrics_export_interval_seconds', '1'];
    const agent = new Agent(['start-agent', '--port', '0', ...push]);
    onTestFinished(() => void agent.child.kill('SIGKILL'));
    const [, uri = ''] = await agent.sees(/control: http:\/\/(127\.0\.0\.1:\d+)\/status/);
    expect((await loadbot(['start', workloadFile(workloadOf(origin, sourceUrl)), '-u', uri])).status).toBe(0);
    await browser.show('/dev/null');
    browser.complaints.length = 0;
    await browser.visit(`http://${uri}/`);
    const isChosen = `[...document.querySelectorAll('#jobs .pick')].some((one) => one.innerText.includes('${LONG_NAME}') && (one.click(), true))`;
    await until(isChosen);
    await until(`${JSON.stringify(Object.keys(LINES))}.every((id) => document.getElementById(id) !== null)`);

    await checkViews('running');
    expect(await linesOfNames()).toEqual({ job: [true, true], event: [true, true] });
    await browser.evaluate('document.querySelector("#controls summary").click()');
    expect(await browser.evaluate(IN_A_ROW)).toEqual([true, true]);

    expect((await loadbot(['stop', '-u', uri])).status).toBe(0);
    await until('document.querySelectorAll("#runs tbody tr").length === 1');
    await until('document.querySelector("#report-link") !== null');
    expect(await browser.evaluate('document.getElementById("facts").innerText')).toMatch(/measurement\s+(in)?valid\s/);
    await checkViews('ended');
    expect(browser.complaints).toEqual([]);
  });

  /** Checks the page in each view. @param stage part of the names of pictures */
  async function checkViews(stage: string): Promise<void> {
    for (const width of [DESKTOP, PHONE]) {
      const looks: PageLook[] = [];
      for (const isDark of [false, true]) {
        const view = `${stage}-${width}-${isDark ? 'dark' : 'light'}`;
        await browser.changeView({ width, height: 900, isDark, scale: SCALE });
        if (PICTURES !== undefined) writeFileSync(join(PICTURES, `${view}.png`), await browser.screenshot());
        looks.push(await readLook(browser));
        expect(await browser.evaluate('document.documentElement.scrollWidth'), view).toBe(width);
        expect(await axeViolations(browser), view).toEqual([]);
      }
      const [light, dark] = looks as [PageLook, PageLook];
      expect(contrast(light.background, dark.background)).toBeGreaterThan(10);
      checkColors(light, dark.palette);
      checkColors(dark, light.palette);
    }
  }

  /** Whether a long name has several lines, and whether they are where a reader expects them. */
  async function linesOfNames(): Promise<unknown> {
    return browser.evaluate(`(() => {
      const rects = (node) => {
        const range = document.createRange();
        range.selectNodeContents(node);
        return [...range.getClientRects()];
      };
      const row = document.querySelector('#jobs .pick[aria-pressed="true"]').closest('tr');
      const [name, status] = [rects(row.querySelector('.pick').firstChild), rects(row.cells[1])];
      const event = [...document.querySelectorAll('#event-list li')].find((item) => item.innerText.includes('${LONG_NAME}'));
      const text = rects(event.lastChild);
      const edge = rects(event.querySelector('b'))[0].left;
      return {
        job: [name.length > 1, Math.abs(name[0].bottom - status[0].bottom) < 2],
        event: [text.length > 1, text.every(({ left }) => left >= edge - 1)],
      };
    })()`);
  }
});

/** Whether the button of each field that changes the load is beside it. */
const IN_A_ROW = `[...document.querySelectorAll('.steer')].map((form) => {
  const [field, button] = ['input', 'button'].map((name) => form.querySelector(name).getBoundingClientRect());
  return button.left >= field.right && button.top < field.bottom;
})`;

/** Checks that text and charts have the colors of a theme, that they can be read, and none of the other theme. */
function checkColors({ background, text, palette, charts }: PageLook, others: PageLook['palette']): void {
  const colorOf = (name: string): string => palette[name] ?? expect.unreachable(name);
  const card = colorOf('card');
  expect([background, text]).toEqual([colorOf('page'), colorOf('ink')]);
  expect(contrast(background, text)).toBeGreaterThan(7);
  expect(contrast(card, colorOf('muted'))).toBeGreaterThan(4.5);
  expect(Object.keys(charts)).toEqual(expect.arrayContaining(Object.keys(LINES)));
  for (const [id, names] of Object.entries(LINES)) {
    const drawn = charts[id] ?? [];
    expect(drawn, id).toEqual(expect.arrayContaining(['muted', ...names].map(colorOf)));
    for (const name of names) expect(contrast(card, colorOf(name)), name).toBeGreaterThan(3);
    expect(
      Object.entries(others).filter(([, color]) => drawn.includes(color)),
      id,
    ).toEqual([]);
  }
}

/** Starts a target with requests that fail, which also receives pushes, and a source whose metrics change. */
async function startSystems(): Promise<{ readonly origin: string; readonly sourceUrl: string }> {
  const target = await CountingServer.start();
  onTestFinished(() => target.stop());
  const families = 'db_size gauge disk\ndb_queries_total counter kind';
  const system = new EmulatedSystem(families, { disk: 'a', kind: 'select' });
  const source = await servePage(() => system.text());
  onTestFinished(() => source.stop());
  let reads = 0;
  source.onRead(() => {
    system.set('db_size', { disk: 'a' }, Math.sin(reads++ / 3) + 2);
    system.add('db_queries_total', { kind: 'select' }, reads % 5);
  });
  return { origin: `http://${target.host}`, sourceUrl: source.url };
}

function workloadOf(origin: string, sourceUrl: string): object {
  return {
    name: 'shop',
    connection_string: origin,
    sources: [{ name: 'database', url: sourceUrl, interval: '500ms' }],
    phases: { backup: 'db_size > 2.5' },
    jobs: [
      {
        name: 'orders',
        type: 'mixed',
        connections: 4,
        pace: 60,
        duration: '1h',
        thresholds: ['p(99) < 10m', 'error_rate < 0.01', 'count > 1000000'],
        mixed: [
          { name: LONG_NAME, type: 'read', http: { path: '/missing' } },
          { name: 'search', type: 'read', weight: 4, http: { path: '/items' } },
        ],
      },
    ],
  };
}
