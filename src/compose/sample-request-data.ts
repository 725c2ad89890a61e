import { type JsonObject, type RequestData, type Statement, hasPlaceholders } from '../templates/request-data.ts';
import { splitTemplate } from '../templates/split-template.ts';
import type { OperationPlan } from '../plan/plan.ts';

/**
 * Sample data with the shape of an operation's templates, and the templates as values. Sufficient to check whether
 * requests can be compiled, without word lists and rows.
 */
export function createSampleRequestData(
  { document, filter, dataSize }: OperationPlan,
  collection: string,
): RequestData {
  const changes: JsonObject = { ...(document as JsonObject), ...(dataSize > 0 && { data: '' }) };
  const whole: JsonObject = { _id: '', ...changes };
  const { _id: key, ...others } = filter ?? {};
  const pairs = Object.keys(others).map((name) => [name, ''] as const);
  return {
    documentJson: () => '{}',
    document: () => whole,
    documentsJson: () => '[]',
    documents: () => [whole],
    changesJson: () => '{}',
    changes: () => changes,
    key: () => '',
    filter: () => pairs,
    criteria: () => (key === undefined && pairs.length > 0 ? others : { _id: key ?? '', ...others }),
    text: (template, syntax = 'plain') => {
      const filled = hasPlaceholders(syntax) ? template.replaceAll('{collection}', () => collection) : template;
      const varies = template.includes('#') || (hasPlaceholders(syntax) && template.includes('{key}'));
      return varies ? () => filled : filled;
    },
    json: (template) => () => JSON.stringify(template),
    value: (template) => () => template,
    statement: sampleStatement,
  };
}

/** Every tag is a parameter. */
function sampleStatement(template: string): Statement {
  const texts = [''];
  for (const part of splitTemplate(template, () => false)) {
    if (part.kind === 'text') texts[texts.length - 1] += part.text;
    else texts.push('');
  }
  return { texts, values: () => texts.slice(1).map(() => '') };
}
