import type { ResultDocument } from './document/result-document.ts';

/** Renders a result as a file. */
type Render = (document: ResultDocument) => string;

/** Report formats with lazy loaders of their writers: most runs need none. */
export const FILE_REPORTS = {
  summary: async () => (await import('./terminal/summary.ts')).renderSummaryText,
  junit: async () => (await import('./formats/junit.ts')).renderJunit,
  json: async () => (await import('./formats/json.ts')).renderJson,
  html: async () => (await import('./html/html.ts')).renderHtml,
  csv: async () => (await import('./formats/csv.ts')).renderCsv,
  markdown: async () => (await import('./formats/markdown.ts')).renderMarkdown,
  gitlab: async () => (await import('./formats/k6.ts')).renderGitlab,
  openmetrics: async () => (await import('./formats/open-metrics.ts')).renderOpenMetrics,
  k6: async () => (await import('./formats/k6.ts')).renderK6,
} as const satisfies Readonly<Record<string, () => Promise<Render>>>;

export type ReportKind = keyof typeof FILE_REPORTS;

/** All formats, in the order of the help text. */
export const REPORT_KINDS = Object.keys(FILE_REPORTS) as readonly ReportKind[];
