import { expect, test } from 'vitest';
import { linkList } from '../../../../src/reports/html/link-list.ts';
import { DOCUMENT } from '../result.ts';

function shown(...urls: readonly string[]): string | undefined {
  return linkList({ ...DOCUMENT, links: urls.map((url) => ({ title: 'Grafana "dashboard"', url })) })?.text;
}

test('a link to a web page, told in full', () => {
  expect(shown('https://g/d/x?from=1&to=2')).toContain(
    '<a href="https://g/d/x?from=1&amp;to=2" rel="noreferrer">Grafana &quot;dashboard&quot;</a>',
  );
});

test('what a result file says is no web page is no link', () => {
  expect(shown()).toBeUndefined();
  expect(shown('javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd')).toBeUndefined();
});
