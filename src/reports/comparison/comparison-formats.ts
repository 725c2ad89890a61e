import type { ComparisonReport } from './comparison.ts';

/** A format of comparisons. */
interface ComparisonFormatRow {
  /** Completes the description of its flag: `write ...`. */
  readonly content: string;
  readonly mediaType: string;
  /** Loads its writer: most comparisons need none. */
  readonly load: () => Promise<(report: ComparisonReport) => string>;
}

/** Formats of comparisons: one row each. Flags of `compare` and formats of the control API read it. */
export const COMPARISON_FORMATS = {
  json: {
    content: 'the comparison as JSON',
    mediaType: 'application/json',
    load: async () => (await import('./comparison-files.ts')).renderComparisonJson,
  },
  markdown: {
    content: 'it as Markdown',
    mediaType: 'text/markdown; charset=utf-8',
    load: async () => (await import('./comparison-files.ts')).renderComparisonMarkdown,
  },
  junit: {
    content: 'it as JUnit XML, a test case for each number',
    mediaType: 'application/xml; charset=utf-8',
    load: async () => (await import('./comparison-files.ts')).renderComparisonJunit,
  },
  html: {
    content: 'it as one HTML page',
    mediaType: 'text/html; charset=utf-8',
    load: async () => (await import('../html/comparison-page.ts')).renderComparisonHtml,
  },
  svg: {
    content: 'a small picture of it, for a pull request',
    mediaType: 'image/svg+xml',
    load: async () => (await import('./comparison-svg.ts')).renderComparisonSvg,
  },
} as const satisfies Readonly<Record<string, ComparisonFormatRow>>;

export type ComparisonFormat = keyof typeof COMPARISON_FORMATS;

export const COMPARISON_FORMAT_NAMES = Object.keys(COMPARISON_FORMATS) as readonly ComparisonFormat[];
