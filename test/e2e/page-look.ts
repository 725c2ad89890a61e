import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser } from './browser.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Violations that axe finds in the open page, with their first element. */
export async function axeViolations(browser: Browser): Promise<unknown> {
  await browser.evaluate(`${AXE}; undefined`);
  return browser.evaluate(
    'axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html.slice(0, 200)]))',
  );
}

/** The colors of a page, as `#rrggbb`. */
export interface PageLook {
  readonly background: string;
  readonly text: string;
  /** Colors of the style sheet by name. */
  readonly palette: Readonly<Record<string, string>>;
  /** Colors of the opaque pixels of each chart, by its id. */
  readonly charts: Readonly<Record<string, readonly string[]>>;
}

const LOOK = `(() => {
  const hex = (values) => '#' + [...values].slice(0, 3).map((value) => Number(value).toString(16).padStart(2, '0')).join('');
  const computed = (text) => hex(text.match(/\\d+/g));
  const pixels = (canvas) => {
    const { width, height } = canvas;
    // A copy, since Chromium warns of canvases that are read several times.
    const copy = Object.assign(document.createElement('canvas'), { width, height });
    const context = copy.getContext('2d', { willReadFrequently: true });
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    const colors = new Set();
    for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) colors.add(hex(data.subarray(at, at + 3)));
    return [...colors];
  };
  const root = getComputedStyle(document.documentElement);
  const body = getComputedStyle(document.body);
  const variables = [...document.styleSheets[0].cssRules].find(({ selectorText }) => selectorText === ':root').style;
  const names = [...variables].filter((name) => /^#/.test(root.getPropertyValue(name).trim()));
  return {
    background: computed(body.backgroundColor),
    text: computed(body.color),
    palette: Object.fromEntries(names.map((name) => [name.slice(2), root.getPropertyValue(name).trim()])),
    charts: Object.fromEntries(
      [...document.querySelectorAll('figure.chart')].map((figure) => [figure.id, pixels(figure.querySelector('canvas'))]),
    ),
  };
})()`;

/** Reads the colors of the open page, of its charts pixel by pixel. */
export async function readLook(browser: Browser): Promise<PageLook> {
  return (await browser.evaluate(LOOK)) as PageLook;
}

/** Contrast of two colors by WCAG 2: 1 to 21. @param one `#rrggbb` */
export function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
