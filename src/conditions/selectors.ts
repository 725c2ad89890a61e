import type { SourceCondition, Operand, TimeRange, Selector } from './condition.ts';

/** Returns all selectors of a condition, in order. */
export function selectorsOf(condition: SourceCondition): readonly Selector[] {
  return partsOf(condition).flatMap(selectorOf);
}

/** Returns all ranges of a condition. */
export function rangesOf(condition: SourceCondition): readonly TimeRange[] {
  return partsOf(condition).flatMap(rangeOf);
}

/** Returns the condition, restricted to the series of one source. */
export function ofSource(condition: SourceCondition, source: string): SourceCondition {
  const { kind } = condition;
  if (kind === 'not') return { kind, condition: ofSource(condition.condition, source) };
  if (kind === 'absent') return { kind, selector: narrow(condition.selector, source) };
  if (kind === 'compare') {
    return { ...condition, left: narrow(condition.left, source), right: narrow(condition.right, source) };
  }
  return { kind, left: ofSource(condition.left, source), right: ofSource(condition.right, source) };
}

function narrow<Part extends Operand | TimeRange>(part: Part, source: string): Part {
  if (part.kind === 'number') return part;
  if (part.kind === 'aggregate') return { ...part, of: narrow(part.of, source) };
  if (part.kind === 'range') return { ...part, selector: narrow(part.selector, source) };
  if (part.kind !== 'selector') return { ...part, range: narrow(part.range, source) };
  return { ...part, matchers: [...part.matchers, { label: 'source', matching: '=', value: source }] };
}

/** Operands of a condition, including those of `absent()`. */
function partsOf(condition: SourceCondition): readonly Operand[] {
  const { kind } = condition;
  if (kind === 'not') return partsOf(condition.condition);
  if (kind === 'absent') return [condition.selector];
  if (kind === 'compare') return [condition.left, condition.right];
  return [...partsOf(condition.left), ...partsOf(condition.right)];
}

function selectorOf(part: Operand | TimeRange): readonly Selector[] {
  if (part.kind === 'number') return [];
  if (part.kind === 'selector') return [part];
  if (part.kind === 'aggregate') return selectorOf(part.of);
  return [part.kind === 'range' ? part.selector : part.range.selector];
}

function rangeOf(part: Operand | TimeRange): readonly TimeRange[] {
  if (part.kind === 'number' || part.kind === 'selector') return [];
  if (part.kind === 'aggregate') return rangeOf(part.of);
  return [part.kind === 'range' ? part : part.range];
}
