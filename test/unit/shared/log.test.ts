import { expect, test } from 'vitest';
import { createLog, LOG_LEVELS, type Log, type LogFormat, type LogLevel } from '../../../src/shared/log.ts';

const EPOCH_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

function logTo(lines: string[], format: LogFormat, level: LogLevel = 'debug'): Log {
  return createLog({ level, format, write: (line) => lines.push(line), epochMs: () => EPOCH_MS });
}

test('writes time, level, message and fields as a line of text', () => {
  const lines: string[] = [];
  const log = logTo(lines, 'text');
  log.warn('push failed', { target: 'http://vm:8428', status: 503, retry: true, reason: undefined });
  log.info('hello');
  // Local time: its zone is the machine's, its minutes and seconds need not be ours in every zone.
  const time = new Date(EPOCH_MS).toTimeString().slice(0, 8);
  expect(time).toMatch(/^\d\d:\d\d:05$/);
  expect(lines).toEqual([
    `${time} WARN  push failed target=http://vm:8428 status=503 retry=true`,
    `${time} INFO  hello`,
  ]);
});

test('quotes values with blanks or control characters, so no value forges a line', () => {
  const lines: string[] = [];
  logTo(lines, 'text').error('first\nERROR second', { a: 'two words', b: 'x=1', c: '', d: 'say "no"', e: 'a\nb' });
  expect(lines.map((line) => line.slice(9))).toEqual([
    String.raw`ERROR first ERROR second a="two words" b="x=1" c="" d="say \"no\"" e="a b"`,
  ]);
});

test('writes a JSON object with time, level, message, then the fields, which cannot overwrite them', () => {
  const lines: string[] = [];
  logTo(lines, 'json').warn('push failed', {
    status: 503,
    message: 'forged',
    level: 'info',
    gone: undefined,
    text: 'a\nb',
  });
  expect(lines).toEqual([
    String.raw`{"time":"2026-01-02T03:04:05.678Z","level":"warn","message":"push failed","status":503,"text":"a\nb"}`,
  ]);
});

test.each([
  ['error', 1],
  ['warn', 2],
  ['info', 3],
  ['debug', 4],
] as const)('at level %s the %d most urgent levels are written', (level, count) => {
  const lines: string[] = [];
  const log = logTo(lines, 'json', level);
  for (const each of LOG_LEVELS) log[each](each);
  expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(LOG_LEVELS.slice(0, count));
});
