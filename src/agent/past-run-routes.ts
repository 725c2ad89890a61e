import { LoadbotError } from '../shared/errors.ts';
import { COMPARISON_FORMAT_NAMES, COMPARISON_FORMATS } from '../reports/comparison/comparison-formats.ts';
import { REPORT_KINDS, type ReportKind } from '../reports/report-kinds.ts';
import type { RunStore } from '../run-store/run-store.ts';
import type { ReportRenderer } from './report-renderer.ts';
import type { ControlRequest, ControlRoute, TextAnswer } from './control-routes.ts';

const JSON_TYPE = 'application/json';
const MARKDOWN_TYPE = 'text/markdown; charset=utf-8';

/** Media types of reports; of the others `text/plain`. */
const MEDIA_TYPES: Readonly<Partial<Record<ReportKind, string>>> = {
  html: 'text/html; charset=utf-8',
  json: JSON_TYPE,
  gitlab: JSON_TYPE,
  k6: JSON_TYPE,
  badge: JSON_TYPE,
  junit: 'application/xml; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  markdown: MARKDOWN_TYPE,
};

/** Routes of the past runs of an agent: their list, results, reports and comparisons. */
export function createPastRunRoutes(
  store: RunStore,
  render: ReportRenderer,
): readonly (readonly [string, ControlRoute])[] {
  const stored = async (request: ControlRequest, name: string): Promise<{ run: string; text: string }> => {
    const run = parameter(request, name);
    return { run, text: await store.read(run) };
  };
  return [
    ['/runs', { GET: () => ({ status: 200, document: { runs: store.entries } }) }],
    ['/runs/result', { GET: async (_, request) => textOf((await stored(request, 'run')).text, JSON_TYPE) }],
    [
      '/runs/report',
      {
        GET: async (_, request) => {
          const kind = choiceOf(request, 'kind', REPORT_KINDS, 'html');
          const text = await render({ kind, result: await stored(request, 'run') });
          return textOf(text, MEDIA_TYPES[kind] ?? 'text/plain; charset=utf-8');
        },
      },
    ],
    [
      '/runs/comparison',
      {
        GET: async (_, request) => {
          const format = choiceOf(request, 'format', COMPARISON_FORMAT_NAMES, 'json');
          const [baseline, current] = [await stored(request, 'baseline'), await stored(request, 'current')];
          const text = await render({ kind: 'comparison', format, baseline, current });
          return textOf(text, COMPARISON_FORMATS[format].mediaType);
        },
      },
    ],
  ];
}

/** A report runs its own script alone, and is not of the origin of the control API. */
export function textOf(text: string, type: string): TextAnswer {
  const headers = { 'content-type': type, 'content-security-policy': 'sandbox allow-scripts' };
  return { status: 200, text, headers };
}

/** @throws {LoadbotError} `config_invalid` when it is missing */
function parameter({ query }: ControlRequest, name: string): string {
  const value = query.get(name) ?? '';
  if (value !== '') return value;
  throw new LoadbotError('config_invalid', `the parameter ${name} is missing`, {
    hint: 'a run is named by its id, four or more characters of it, or latest',
  });
}

/** @throws {LoadbotError} `config_invalid` for another value */
function choiceOf<T extends string>({ query }: ControlRequest, name: string, choices: readonly T[], absent: T): T {
  const value = query.get(name) ?? absent;
  const choice = choices.find((one) => one === value);
  if (choice !== undefined) return choice;
  throw new LoadbotError('config_invalid', `the parameter ${name} is one of ${choices.join(', ')}`);
}
