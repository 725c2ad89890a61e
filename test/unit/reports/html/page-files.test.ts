import { readdirSync, readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import { expect, test } from 'vitest';
import { formatMs } from '../../../../src/shared/units.ts';
import { readLiveScript, readLiveStyle, readScript, readStyle } from '../../../../src/reports/html/page-files.ts';

const FOLDER = new URL('../../../../src/reports/html/page/', import.meta.url);
const MODULES = readdirSync(FOLDER).filter((name) => name.endsWith('.js'));

/** Modules of the live page only, and of the report only. */
const [LIVE, REPORT] = [/^live/, /^(main|jobs)\./];

test.each([
  ['report', readScript, LIVE],
  ['live page', readLiveScript, REPORT],
])('the concatenated script of the %s is valid, with every module once', (_, read, other) => {
  const script = read();
  expect(() => new Script(script)).not.toThrow();
  expect(script).not.toMatch(/^(?:import|export) /m);
  for (const name of MODULES.filter((one) => !other.test(one))) {
    const [, first = ''] =
      /^(?:export )?(?:function|class) (\w+)/m.exec(readFileSync(new URL(name, FOLDER), 'utf8')) ?? [];
    expect(script.split(new RegExp(`^(?:function|class) ${first}\\b`, 'm'))).toHaveLength(2);
  }
});

test('includes the license of the chart library', () => {
  expect(readScript()).toMatch(/^\/\*!\nThe MIT License[^]*Copyright \(c\) 2022 Leon Sorokin[^]*?\*\//);
});

test('no two modules declare the same name', () => {
  const names = MODULES.flatMap((name) => {
    const module = readFileSync(new URL(name, FOLDER), 'utf8');
    return [...module.matchAll(/^(?:export )?(?:function|class|const|let) (\w+)/gm)].map(([, one]) => one);
  });
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('neither script nor style contains the end tag of its element', () => {
  for (const script of [readScript(), readLiveScript()]) expect(script).not.toMatch(/<\/script|<!--/i);
  expect(readLiveStyle()).not.toMatch(/<\/style/i);
  expect(readStyle()).not.toMatch(/<\/style/i);
});

test('the page formats durations like the rest of the program', async () => {
  const format = (await import(new URL('format.js', FOLDER).href)) as {
    readonly formatValue: (value: number, unit: string) => string;
    readonly formatTick: (value: number, unit: string) => string;
    readonly formatElapsed: (seconds: number) => string;
    readonly formatPercentile: (x: number) => string;
  };
  for (let seconds = 1e-6; seconds < 1e5; seconds *= 1.13) {
    expect(format.formatValue(seconds, 'seconds')).toBe(formatMs(seconds * 1000));
  }
  expect([0, 0.0005, 0.005, 0.0125, 0.1, 1, 2.5].map((tick) => format.formatTick(tick, 'seconds'))).toEqual([
    '0',
    '500µs',
    '5ms',
    '12.5ms',
    '100ms',
    '1s',
    '2.5s',
  ]);
  expect([0, 7, 7.5, 65, 3723].map(format.formatElapsed)).toEqual(['0:00', '0:07', '0:07.5', '1:05', '1:02:03']);
  expect([1, 2, 10, 100, 1000, 10_000, 1e6].map(format.formatPercentile)).toEqual([
    '0%',
    '50%',
    '90%',
    '99%',
    '99.9%',
    '99.99%',
    '99.9999%',
  ]);
  expect(format.formatValue(0.0125, 'share')).toBe('1.25%');
  expect(format.formatValue(12_345.6, 'rate')).toBe('12,346/s');
});
