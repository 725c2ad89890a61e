import { jobKey } from '../../../../src/recorder/snapshot.ts';
import { describe, expect, test } from 'vitest';
import { ABORTED, ERROR_CLASSES, failure, MISS, OK, type Outcome } from '../../../../src/shared/outcome.ts';
import type { RequestType } from '../../../../src/shared/job-type.ts';
import type { Recorder } from '../../../../src/recorder/recorder.ts';
import type { RunResult } from '../../../../src/reports/report.ts';
import { warningsOf } from '../../../../src/reports/document/warnings.ts';
import { buildJob, buildResult, recordTally, request } from '../../../snapshot-builder.ts';

function many(count: number, outcome: Outcome, serviceMs = 1, lagMs?: number): (recorder: Recorder) => void {
  return (recorder) => {
    for (let i = 0; i < count; i++) request(recorder, outcome, serviceMs, lagMs);
  };
}

function messagesOf(record: (recorder: Recorder) => void, paced = false, planned?: number): string[] {
  const job = buildJob({ name: 'a', paced, record });
  const given = planned === undefined ? {} : { planned: { [jobKey(job)]: planned } };
  return warningsOf(buildResult([job], { ...given, connections: { [job.uuid]: 5 } })).map(({ message }) => message);
}

test('has none for a healthy job', () => {
  expect(messagesOf(many(1000, OK, 1, 0.1), true, 1000)).toEqual([]);
  expect(messagesOf(many(1000, OK))).toEqual([]);
  expect(messagesOf(() => {})).toEqual([]);
});

test.each(ERROR_CLASSES)('warns with advice if every request failed with %s', (errorClass) => {
  const job = buildJob({ name: 'a', record: many(10, failure(errorClass)) });
  const failures = [{ job: 'a', uuid: job.uuid, errorClass, message: 'what was\nsaid' }];
  const [warning, ...more] = warningsOf(buildResult([job], { failures }));
  expect(more).toEqual([]);
  expect(warning).toMatchObject({ subject: 'a', message: `every request failed (${errorClass}: what was said)` });
  expect(warning?.hint.length).toBeGreaterThan(30);
});

test('names the most frequent class, and does not warn after one success', () => {
  const mixed = (recorder: Recorder): void => {
    many(3, failure('reset'))(recorder);
    many(7, failure('refused'))(recorder);
  };
  expect(messagesOf(mixed)).toEqual(['every request failed (refused)']);
  expect(
    messagesOf((recorder) => {
      mixed(recorder);
      request(recorder, OK, 1);
    }),
  ).toEqual([]);
});

describe('existing keys', () => {
  const refuse = (count: number) => (recorder: Recorder) => {
    many(count, failure('driver'))(recorder);
    for (let i = 0; i < count; i++) recorder.detail('duplicate_key');
  };
  const answer409 = (recorder: Recorder): void => {
    many(10, failure('status_4xx'))(recorder);
    for (let i = 0; i < 10; i++) recorder.status(409);
  };
  const warningOf = (
    record: (recorder: Recorder) => void,
    given: Partial<RunResult> = {},
    type: RequestType = 'write',
  ) => {
    const job = { ...buildJob({ name: 'a', type }), measured: recordTally(record, { withStatuses: true }) };
    return warningsOf(buildResult([job], given)).map(({ message, hint }) => [message, hint]);
  };

  test('are reported once, with cause and remedy', () => {
    expect(warningOf(refuse(10))).toEqual([
      [
        '10 of 10 requests failed with duplicate_key: the target has documents with these keys already',
        expect.stringMatching(/^ids of `#id` differ from run to run .*`drop_collection`.*`existing`/),
      ],
    ]);
    expect(warningOf(answer409, { isSeedGiven: true, seed: 5 })).toEqual([
      [
        '10 of 10 requests failed with HTTP 409: the target has documents with these keys already',
        expect.stringMatching(/^the seed 5 is given, .*leave out `seed`.*`drop_collection`.*`existing`/),
      ],
    ]);
    expect(warningOf(refuse(10), { existing: { 'uuid-of-a': 500 } })).toEqual([
      [expect.any(String), expect.stringMatching(/^with `existing` .*now 500, .*`drop_collection`/)],
    ]);
  });

  test('are reported beside other requests that succeed or fail', () => {
    const some = (recorder: Recorder): void => {
      refuse(3)(recorder);
      many(97, OK)(recorder);
    };
    expect(warningOf(some).map(([message]) => message)).toEqual([
      '3 of 100 requests failed with duplicate_key: the target has documents with these keys already',
    ]);
    const all = (recorder: Recorder): void => {
      refuse(3)(recorder);
      many(7, failure('reset'))(recorder);
    };
    expect(warningOf(all).map(([message]) => message)).toEqual([
      '3 of 10 requests failed with duplicate_key: the target has documents with these keys already',
      'every request failed (reset)',
    ]);
  });

  test('are not reported for reads', () => {
    expect(warningOf(answer409, {}, 'read').map(([message]) => message)).toEqual(['every request failed (status_4xx)']);
  });
});

test('warns about reads without any match', () => {
  expect(messagesOf(many(10, MISS))).toEqual(['every read found nothing']);
});

test('warns about waiting requests by p99, or by a higher percentile that shows it', () => {
  expect(messagesOf(many(1000, OK, 2, 100), true)).toEqual([
    'p99 of the response time is 102ms, of the service time 2.00ms: requests waited before they were sent',
  ]);
  const fewOfMany = (recorder: Recorder): void => {
    many(9950, OK, 2, 0)(recorder);
    many(50, OK, 2, 100)(recorder);
  };
  expect(messagesOf(fewOfMany, true)).toEqual([
    'p99.9 of the response time is 102ms, of the service time 2.00ms: requests waited before they were sent',
  ]);
});

test('does not warn about waits that are short, absolutely or relative to the service time', () => {
  expect(messagesOf(many(1000, OK, 2, 9), true)).toEqual([]);
  expect(messagesOf(many(1000, OK, 2000, 500), true)).toEqual([]);
});

test('warns of skipped and aborted requests', () => {
  const record = (recorder: Recorder): void => {
    many(90, OK, 1, 0)(recorder);
    request(recorder, ABORTED, 0, 0);
    recorder.skip(9);
  };
  expect(messagesOf(record, true, 100)).toEqual([
    '9 of 100 requests that were due (9.00%) were never started',
    '1 request had no answer when the job ended',
  ]);
});

test('has no warning about the target for jobs that were stopped before their start', () => {
  const stopped = buildJob({
    name: 'stopped',
    status: 'canceled',
    paced: true,
    record: (recorder) => recorder.skip(1),
  });
  expect(warningsOf(buildResult([stopped]))).toMatchObject([
    { hint: 'they still waited for a connection when the job was stopped' },
  ]);
});

test('warns of metrics that were not delivered', () => {
  const deliveries = [
    { target: 'http://a', deliveredSamples: 1, undeliveredSamples: 0, lastError: 'once' },
    { target: 'http://b', deliveredSamples: 0, undeliveredSamples: 1500, lastError: 'connect\nrefused' },
  ];
  expect(warningsOf(buildResult([], { deliveries }))).toMatchObject([
    { subject: 'metrics', message: '1,500 samples did not arrive at http://b: connect refused' },
  ]);
});
