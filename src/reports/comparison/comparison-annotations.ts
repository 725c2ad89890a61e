import { displayName } from '../../comparison/compare.ts';
import type { ComparisonReport } from './comparison.ts';
import { describeChange } from './comparison-rows.ts';

/** GitHub shows at most ten annotations of a kind per step. */
const MAX_ANNOTATIONS = 10;

/**
 * Formats regressions as workflow commands of GitHub Actions, one per line, which become annotations of the run
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message).
 */
export function comparisonAnnotations({ comparisons }: ComparisonReport): readonly string[] {
  return comparisons
    .filter(({ verdict }) => verdict === 'regression')
    .slice(0, MAX_ANNOTATIONS)
    .map((comparison) => {
      const title = `${displayName(comparison)} (${comparison.type}): ${comparison.metric} got worse`;
      return `::error title=${escapeProperty(title)}::${escapeMessage(describeChange(comparison))}`;
    });
}

function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
