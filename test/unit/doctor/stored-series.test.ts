import { expect, it } from 'vitest';
import { readExport, readGroups, readQuery } from '../../../src/doctor/stored-series.ts';

it('parses an export with one series per line', () => {
  const text =
    '{"metric":{"__name__":"p","job":"a"},"values":[1,2],"timestamps":[10,20]}\n{"metric":{},"values":[],"timestamps":[]}\n';
  expect(readExport(text)).toEqual([
    { labels: { __name__: 'p', job: 'a' }, values: [1, 2] },
    { labels: {}, values: [] },
  ]);
  expect(readExport('')).toEqual([]);
});

it('parses an instant query', () => {
  const result = [{ metric: { __name__: 'p', job: 'a' }, value: [1_763_766_201.123, '42'] }];
  const text = JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
  expect(readQuery(text)).toEqual([{ labels: { __name__: 'p', job: 'a' }, values: [42] }]);
});

it('parses one family of the groups of a Pushgateway', () => {
  const group = {
    labels: { job: 'loadbot' },
    p: { type: 'GAUGE', metrics: [{ labels: { job: 'loadbot', agent: 'a' }, value: '7' }] },
    push_time_seconds: { type: 'GAUGE', metrics: [{ labels: {}, value: '1' }] },
  };
  const text = JSON.stringify({ status: 'success', data: [group, { labels: {} }] });
  expect(readGroups(text, 'p')).toEqual([{ labels: { job: 'loadbot', agent: 'a' }, values: [7] }]);
  expect(readGroups(text, 'q')).toEqual([]);
});

it('refuses other responses', () => {
  for (const text of ['hello, world', '<html>', '[]', 'null', '{"status":"error","error":"no"}', '{"a":1}\n{"b":2}']) {
    expect(readExport(text), text).toBeUndefined();
    expect(readQuery(text), text).toBeUndefined();
    expect(readGroups(text, 'p'), text).toBeUndefined();
  }
});
