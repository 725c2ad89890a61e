import { failure, MISS, OK } from '../../../src/shared/outcome.ts';
import { jobKey } from '../../../src/recorder/snapshot.ts';
import type { Recorder } from '../../../src/recorder/recorder.ts';
import type { RunResult } from '../../../src/reports/report.ts';
import { type ResultDocument, toResultDocument } from '../../../src/reports/document/result-document.ts';
import { buildJob, buildResult, request } from '../../snapshot-builder.ts';
import { buildVerdict } from '../../verdict-builder.ts';

/** 1000 services of 1, 2, ... 1000 µs, each 2 ms late; 3 misses of 5 ms; 2 failures of 20 ms. */
function thousand(recorder: Recorder): void {
  for (let micros = 1; micros <= 1000; micros++) request(recorder, OK, micros / 1000, 2);
  for (let i = 0; i < 3; i++) request(recorder, MISS, 5, 0);
  for (let i = 0; i < 2; i++) request(recorder, failure('timeout'), 20, 0);
  recorder.skip(7);
  recorder.traffic(1000, 2000);
}

const READS = buildJob({ name: 'reads', paced: true, record: thousand });
const WRITES = buildJob({
  name: 'writes',
  type: 'write',
  record: (recorder) => {
    for (let i = 0; i < 50; i++) request(recorder, OK, 4);
  },
});
const NEVER = buildJob({ name: 'never', status: 'canceled', elapsedMs: 0 });

/** Two jobs that ran and one that did not, a threshold that held, one that failed, one of a query. */
export const RESULT: RunResult = buildResult([READS, WRITES, NEVER], {
  connections: { [READS.uuid]: 4, [WRITES.uuid]: 2 },
  planned: { [jobKey(READS)]: 1012 },
  paces: { [jobKey(READS)]: 100 },
  thresholds: [
    buildVerdict(),
    buildVerdict({
      text: 'errors == 0',
      metric: 'errors',
      unit: 'count',
      limit: 0,
      value: 2,
      ok: false,
      reason: 'it is 2',
    }),
    buildVerdict({
      kind: 'query',
      job: '',
      uuid: '',
      jobType: '',
      text: 'up > 0',
      unit: 'number',
      value: undefined,
      ok: false,
      reason: 'the query returned no data',
    }),
  ],
});

export const DOCUMENT: ResultDocument = toResultDocument(RESULT);

/** What names may hold: everything that is markup somewhere. */
export const HOSTILE = 'a"b\'c<d>&amp;]]>|`*_[x](y)\n\u0000\uD800 \u{1F600}\t=1+1,;';
