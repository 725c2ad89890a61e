import type { Condition, Operand, Range, Selector } from './condition.ts';

/** Every selector of a condition, in the order in which they are written. */
export function selectorsOf(condition: Condition): readonly Selector[] {
  return partsOf(condition).flatMap(selectorOf);
}

/** Every span of time that a condition looks at. */
export function rangesOf(condition: Condition): readonly Range[] {
  return partsOf(condition).flatMap(rangeOf);
}

/** The same condition about the series of one source alone. */
export function ofSource(condition: Condition, source: string): Condition {
  const { kind } = condition;
  if (kind === 'not') return { kind, condition: ofSource(condition.condition, source) };
  if (kind === 'absent') return { kind, selector: narrow(condition.selector, source) };
  if (kind === 'compare') {
    return { ...condition, left: narrow(condition.left, source), right: narrow(condition.right, source) };
  }
  return { kind, left: ofSource(condition.left, source), right: ofSource(condition.right, source) };
}

function narrow<Part extends Operand | Range>(part: Part, source: string): Part {
  if (part.kind === 'number') return part;
  if (part.kind === 'aggregate') return { ...part, of: narrow(part.of, source) };
  if (part.kind === 'range') return { ...part, selector: narrow(part.selector, source) };
  if (part.kind !== 'selector') return { ...part, range: narrow(part.range, source) };
  return { ...part, matchers: [...part.matchers, { label: 'source', matching: '=', value: source }] };
}

/** What a condition compares, and what it finds absent. */
function partsOf(condition: Condition): readonly Operand[] {
  const { kind } = condition;
  if (kind === 'not') return partsOf(condition.condition);
  if (kind === 'absent') return [condition.selector];
  if (kind === 'compare') return [condition.left, condition.right];
  return [...partsOf(condition.left), ...partsOf(condition.right)];
}

function selectorOf(part: Operand | Range): readonly Selector[] {
  if (part.kind === 'number') return [];
  if (part.kind === 'selector') return [part];
  if (part.kind === 'aggregate') return selectorOf(part.of);
  return [part.kind === 'range' ? part.selector : part.range.selector];
}

function rangeOf(part: Operand | Range): readonly Range[] {
  if (part.kind === 'number' || part.kind === 'selector') return [];
  if (part.kind === 'aggregate') return rangeOf(part.of);
  return [part.kind === 'range' ? part : part.range];
}
