import { expect, test } from 'vitest';
import { workloadFile } from '../../../../src/reports/html/environment-section.ts';

test('prints short lists and objects on one line, and others on several, indented', () => {
  const jobs = [
    { type: 'read', collection: 'c' },
    {
      name: 'a name that is long enough',
      body: { text: '<b>"x"</b> & so on', more: 'and on and on and on and on and on and on and on and on' },
    },
  ];
  const lines = [
    ...workloadFile({ threads: 2, empty: {}, jobs }).text.matchAll(/<code class="indent-(\d)">(.*)<\/code>/g),
  ];
  expect(lines.map(([, indent, text]) => `${indent} ${text}`)).toEqual([
    '0 {',
    '1 &quot;threads&quot;: 2,',
    '1 &quot;empty&quot;: {},',
    '1 &quot;jobs&quot;: [',
    '2 { &quot;type&quot;: &quot;read&quot;, &quot;collection&quot;: &quot;c&quot; },',
    '2 {',
    '3 &quot;name&quot;: &quot;a name that is long enough&quot;,',
    '3 &quot;body&quot;: {',
    '4 &quot;text&quot;: &quot;&lt;b&gt;\\&quot;x\\&quot;&lt;/b&gt; &amp; so on&quot;,',
    '4 &quot;more&quot;: &quot;and on and on and on and on and on and on and on and on&quot;',
    '3 }',
    '2 }',
    '1 ]',
    '0 }',
  ]);
});
