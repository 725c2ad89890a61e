// Checked by tsc: fails where the public types differ from what the program builds, or accept what they should not.
import {
  compare,
  defineWorkload,
  run,
  type ReportName,
  type Result,
  type ResultFile,
  validate,
  type Workload,
} from '../../src/library/index.ts';
import type { ReportKind } from '../../src/reports/report-kinds.ts';
import type { ResultDocument } from '../../src/reports/document/result-document.ts';
import type { ComparisonDocument } from '../../src/reports/comparison/comparison-files.ts';
import type { ComparisonResult } from '../../src/library/index.ts';

type IsSame<A, B> = [A, B] extends [B, A] ? true : false;

/** Paths of all fields, so that a field without a type of its own is found at any depth. */
type Fields<T, Depth extends readonly unknown[] = []> = Depth['length'] extends 5
  ? never
  : T extends readonly (infer Item)[]
    ? Fields<Item, [...Depth, 0]>
    : T extends object
      ? string extends keyof T
        ? never
        : { [Key in keyof T & string]: Key | `${Key}.${Fields<NonNullable<T[Key]>, [...Depth, 0]>}` }[keyof T & string]
      : never;

const hasAllFields: IsSame<Fields<ResultDocument>, Fields<ResultFile>> = true;
const hasAllReports: IsSame<ReportKind, ReportName> = true;
const hasAllComparisonFields: IsSame<Fields<ComparisonDocument> | 'verdict', Fields<ComparisonResult>> = true;
const isResultFile = (document: ResultDocument): ResultFile => document;

/** Not called: its types are the test. */
export const sameTypes = [hasAllFields, hasAllReports, hasAllComparisonFields, isResultFile];

// For users:
const url = 'http://127.0.0.1:8080';
const workload: Workload = defineWorkload({
  connection_string: url,
  parameters: { RATE: { default: '100/s' }, TOKEN: { secret: true } },
  jobs: [
    {
      type: 'read',
      http: { path: '/a' },
      pace: '${RATE}',
      duration: '10s',
      connections: 20,
      thresholds: ['p(99) < 1s'],
    },
    {
      parallel: [
        { type: 'sleep', duration: '1s' },
        { type: 'write', collection: 'a', operations: 1, name: undefined },
      ],
    },
    { type: 'scenario', steps: [{ name: 'one', http: { path: '/', method: 'POST', body: { a: 1 } } }], operations: 1 },
  ],
});

// @ts-expect-error: a workload has jobs
defineWorkload({ connection_string: url });
// @ts-expect-error: not a type of job
defineWorkload({ jobs: [{ type: 'reed' }] });
// @ts-expect-error: a number of connections
defineWorkload({ jobs: [{ type: 'read', connections: '20' }] });
// @ts-expect-error: not a field of a job
defineWorkload({ jobs: [{ type: 'read', connection: 20 }] });
// @ts-expect-error: a sleep sends no requests
defineWorkload({ jobs: [{ type: 'sleep', duration: '1s', pace: 5 }] });
// @ts-expect-error: not an option
void (() => run(workload, { thread: 2 }));
// @ts-expect-error: `signal` belongs to `run`
void (() => validate(workload, { signal: new AbortController().signal }));
// @ts-expect-error: not a kind of report
void (() => run(workload, { reports: { pdf: 'a.pdf' } }));
// @ts-expect-error: not a verdict
const isOk = ({ verdict }: Result): boolean => verdict === 'ok';

/** Not called: its types are the test. */
export async function checkTypes(): Promise<readonly unknown[]> {
  const result: Result = await run(workload, {
    parameters: { RATE: 200 },
    labels: { team: 'shop' },
    reports: { html: 'r.html' },
    onProgress: ({ jobs }) => jobs.map(({ requests }) => requests + 1),
  });
  const [job] = result.jobs;
  const p99: number | null | undefined = job?.response_time?.percentiles_seconds.p99;
  const { verdict } = await compare([result, 'before.json'], result.document, { maxRegression: { p99: 0.1 } });
  return [isOk, p99, verdict];
}
