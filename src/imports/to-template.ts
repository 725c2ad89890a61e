import { mapLiteral, unmark } from '../request-files/template-text.ts';
import { escapeTags } from '../workload/variables.ts';

/** Converts a text to the language of workload files: literal parts are escaped, marks disappear. */
export function toTemplate(text: string): string {
  return unmark(mapLiteral(text, escapeLiteral));
}

function escapeLiteral(text: string): string {
  return escapeTags(text).replaceAll('${', () => '$${');
}
