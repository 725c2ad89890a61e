import { type Comparison, displayName } from '../../comparison/compare.ts';
import type { ComparisonReport } from './comparison.ts';
import { describeChange } from './comparison-rows.ts';
import { element } from '../formats/xml.ts';

/**
 * Renders the comparison as JUnit XML: one test case per number. A regression fails; an undecided number is skipped.
 */
export function renderComparisonJunit({ comparisons, hasNoVerdict, notes }: ComparisonReport): string {
  const failures = comparisons.filter(({ verdict }) => verdict === 'regression').length;
  const skipped = comparisons.filter(({ verdict }) => verdict === 'cannot_tell').length;
  const totals = { tests: comparisons.length, failures, errors: 0, time: 0 };
  const properties = notes.map((note) => element('property', { name: 'note', value: note }));
  const suite = element('testsuite', { name: 'comparison', ...totals, skipped }, [
    ...(properties.length > 0 ? [element('properties', {}, properties)] : []),
    ...comparisons.map((comparison) => testCase(comparison, hasNoVerdict)),
  ]);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', { name: 'loadbot-agent', ...totals }, [suite])}\n`;
}

function testCase(comparison: Comparison, isRefused: boolean): string {
  const { type, metric, verdict } = comparison;
  const attributes = { classname: `${displayName(comparison)}.${type}`, name: metric, time: 0 };
  if (verdict === 'regression') {
    const message = describeChange(comparison);
    return element('testcase', attributes, [element('failure', { type: 'regression', message })]);
  }
  if (verdict === 'cannot_tell') {
    const message = isRefused ? 'a run cannot be trusted' : 'cannot be decided from these runs';
    return element('testcase', attributes, [element('skipped', { message })]);
  }
  return element('testcase', attributes);
}
