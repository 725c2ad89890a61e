import type { ResultDocument } from './result-document.ts';

/** Renders a result as a file. */
type Render = (document: ResultDocument) => string;

/** Report formats with lazy loaders of their writers: most runs need none. */
export const FILE_REPORTS = {
  junit: async () => (await import('./junit.ts')).renderJunit,
  json: async () => (await import('./json.ts')).renderJson,
  html: async () => (await import('./html/html.ts')).renderHtml,
  csv: async () => (await import('./csv.ts')).renderCsv,
  markdown: async () => (await import('./markdown.ts')).renderMarkdown,
  gitlab: async () => (await import('./gitlab.ts')).renderGitlab,
  openmetrics: async () => (await import('./open-metrics.ts')).renderOpenMetrics,
  k6: async () => (await import('./k6.ts')).renderK6,
} as const satisfies Readonly<Record<string, () => Promise<Render>>>;

export type ReportKind = keyof typeof FILE_REPORTS;

/** All formats, in the order of the help text. */
export const REPORT_KINDS = Object.keys(FILE_REPORTS) as readonly ReportKind[];
