import { expect, it } from 'vitest';
import { chooseFormat } from '../../../../src/exporters/pull/shared-scrapes.ts';

const PROMETHEUS_2_42 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const PROMETHEUS_3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

it.each([
  ['openmetrics', PROMETHEUS_2_42],
  ['openmetrics', PROMETHEUS_3],
  ['openmetrics', 'application/openmetrics-text'],
  ['openmetrics', 'Application/OpenMetrics-Text; Version="1.0.0"; charset=utf-8'],
  ['openmetrics', 'text/plain;q=0.5, application/openmetrics-text;q=0.6'],
  ['openmetrics', '*/*;q=0.9, application/openmetrics-text'],
  // Not requested, or not in a supported version.
  ['text', undefined],
  ['text', ''],
  ['text', '*/*'],
  ['text', 'application/*'],
  ['text', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
  ['text', 'application/openmetrics-text;version=0.0.1,text/plain;version=0.0.4;q=0.5'],
  ['text', 'application/openmetrics-text;version=2.0.0,text/plain;q=0.5'],
  // Named, but not wanted most.
  ['text', 'application/openmetrics-text;q=0'],
  ['text', 'application/openmetrics-text;q=0.3,text/plain;version=0.0.4;q=0.5'],
  ['text', 'application/openmetrics-text;q=0.5,text/plain;q=0.5'],
  ['text', 'text/plain;version=0.0.4;q=1,*/*;q=0.1'],
  ['text', 'application/openmetrics-text;q=x'],
  ['text', 'application/json'],
])('%s for %s', (format, accept) => {
  expect(chooseFormat(accept)).toBe(format);
});
