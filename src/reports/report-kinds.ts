import type { ResultDocument } from './document/result-document.ts';

/** Renders a result as a file. */
type Render = (document: ResultDocument) => string;

interface ReportFormat {
  /** Completes the description of its flag: `write ...`. */
  readonly content: string;
  /** Loads its writer: most runs need none. */
  readonly load: () => Promise<Render>;
}

/** Report formats: one row each. */
export const FILE_REPORTS = {
  summary: {
    content: 'the summary that run prints (default)',
    load: async () => (await import('./terminal/summary.ts')).renderSummaryText,
  },
  junit: {
    content: 'JUnit XML',
    load: async () => (await import('./formats/junit.ts')).renderJunit,
  },
  json: {
    content: 'the result file again',
    load: async () => (await import('./formats/json.ts')).renderJson,
  },
  html: {
    content: 'one HTML page, with charts',
    load: async () => (await import('./html/html.ts')).renderHtml,
  },
  csv: {
    content: 'CSV, a row for each job',
    load: async () => (await import('./formats/csv.ts')).renderCsv,
  },
  markdown: {
    content: 'a page of Markdown',
    load: async () => (await import('./formats/markdown.ts')).renderMarkdown,
  },
  gitlab: {
    content: "JSON for GitLab's load performance widget",
    load: async () => (await import('./formats/k6.ts')).renderGitlab,
  },
  openmetrics: {
    content: 'OpenMetrics text',
    load: async () => (await import('./formats/open-metrics.ts')).renderOpenMetrics,
  },
  badge: {
    content: 'JSON of a badge, for shields.io',
    load: async () => (await import('./formats/badge.ts')).renderBadge,
  },
  k6: {
    content: "JSON in the shape of k6's summary export",
    load: async () => (await import('./formats/k6.ts')).renderK6,
  },
} as const satisfies Readonly<Record<string, ReportFormat>>;

export type ReportKind = keyof typeof FILE_REPORTS;

/** All formats, in the order of the help text. */
export const REPORT_KINDS = Object.keys(FILE_REPORTS) as readonly ReportKind[];
