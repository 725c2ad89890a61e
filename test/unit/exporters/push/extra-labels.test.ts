import { expect, it } from 'vitest';
import { withExtraLabels } from '../../../../src/exporters/push/extra-labels.ts';
import { prometheusText } from '../../../../src/exporters/prometheus-text/prometheus-text.ts';
import { buildExposition } from '../exposition-source.ts';

it('adds the labels to every sample, instead of those of the same name', () => {
  const protocol = withExtraLabels(prometheusText(new URL('http://vm')), { zone: 'eu', job: 'x' });
  const [message] = protocol.encode(buildExposition(1, 5));
  expect(message?.body).toContain('requests_total{job="x",zone="eu"} 1 5\nrequests_total{job="x",zone="eu"} 1 5\n');
  expect(message?.samples).toBe(2);
});

it('does not change a protocol without extra labels', () => {
  const protocol = prometheusText(new URL('http://vm'));
  expect(withExtraLabels(protocol, {})).toBe(protocol);
});
