import { DEFAULT_ALLOWED } from '../comparison/compare.ts';
import { buildComparedSide, compareSides } from '../reports/comparison/comparison.ts';
import { COMPARISON_FORMATS, type ComparisonFormat } from '../reports/comparison/comparison-formats.ts';
import { parseResultDocument } from '../reports/document/parse-result-document.ts';
import type { ResultDocument } from '../reports/document/result-document.ts';
import { FILE_REPORTS, type ReportKind } from '../reports/report-kinds.ts';

/** A stored result, as the text of its file. */
interface StoredResult {
  /** Name of the run in messages. */
  readonly run: string;
  readonly text: string;
}

/** A report of a stored result, or the comparison of two. */
export type RenderRequest =
  | { readonly kind: ReportKind; readonly result: StoredResult }
  | {
      readonly kind: 'comparison';
      readonly format: ComparisonFormat;
      readonly baseline: StoredResult;
      readonly current: StoredResult;
    };

/** Renders a report. @throws {LoadbotError} for a text that is not a result */
export type ReportRenderer = (request: RenderRequest) => Promise<string>;

/** Renders a report in this thread. */
export async function renderReport(request: RenderRequest): Promise<string> {
  if (request.kind !== 'comparison') return (await FILE_REPORTS[request.kind].load())(parse(request.result));
  const { format, baseline, current } = request;
  const sides = [buildComparedSide([parse(baseline)]), buildComparedSide([parse(current)])] as const;
  const render = await COMPARISON_FORMATS[format].load();
  return render(compareSides(...sides, DEFAULT_ALLOWED));
}

function parse({ run, text }: StoredResult): ResultDocument {
  return parseResultDocument(text, `the result of run ${run}`);
}
