import { describe, expect, test } from 'vitest';
import { validateLabelName } from '../../../../../src/plan/label-rules.ts';
import { line, problemsOf } from '../../loading.ts';

/** Problems of a workload whose agent has these settings, without positions. */
async function problems(agent: object): Promise<string[]> {
  const jobs = [{ type: 'write', collection: 'c' }];
  const found = await problemsOf(JSON.stringify({ connection_string: 'embedded:', agent, jobs }));
  return found.map((problem) => line(problem).replace(/^\S+ /, ''));
}

describe('a push target', () => {
  test.each([
    [{ uri: 'x' }, ['.url: `url` is missing', '.uri: `uri` is not a known field (did you mean `url`?)']],
    [{ url: 'http://vm', protocol: 'remotewrite' }, [expect.stringContaining('(did you mean `remote_write`?)')]],
    [{ url: 'ftp://anna:s3cret@vm' }, ['.url: must be an http or https URL']],
    [{ url: 'http://vm', proxy: 's3cret' }, ['.proxy: must be a URL such as "http://host:port/path"']],
    [{ url: 'http://vm', interval_seconds: 0 }, ['.interval_seconds: must be a number of seconds above 0; it is 0']],
    [{ url: 'http://vm', grace_seconds: -1 }, ['.grace_seconds: must be a number of seconds, 0 or more; it is -1']],
    [{ url: 'http://vm', buffer: 0.5 }, ['.buffer: must be a whole number from 1 to 100000; it is 0.5']],
    [{ url: 'http://vm', tls: { cert: 'c.pem' } }, ['.tls.cert: `cert` needs `key`']],
    [
      { url: 'http://vm', headers: { 'x-a': 's3cret\n', 'a b': 's3cret' } },
      [
        '.headers["x-a"]: must be a header value: printable text on one line',
        '.headers["a b"]: "a b" is not a valid header name',
      ],
    ],
    [
      { url: 'http://vm', headers: { Authorization: 's3cret' }, auth: { bearer: 's3cret' } },
      ['.auth: `auth` and a header `authorization` are both given (keep one of the two)'],
    ],
    [
      { url: 'http://vm', extra_labels: { 'a-b': 'x' } },
      [expect.stringMatching(/extra_labels\["a-b"\]: "a-b" is not a label name/)],
    ],
  ])('%j', async (target, expected) => {
    const found = (await problems({ metrics_export_targets: [target] })).map((text) =>
      text.replace('agent.metrics_export_targets[0]', '').replace(/^: /, ''),
    );
    expect(found).toHaveLength(expected.length);
    for (const one of expected) expect(found).toContainEqual(one);
    expect(found.join()).not.toContain('s3cret');
  });
});

describe('labels', () => {
  test.each(['zone', '_x', 'A9', 'a-b', '9a', '', '__name__', 'a b', 'ü'])('%j', async (name) => {
    const found = await problems({ labels: { [name]: 'x' } });
    expect(found.length).toBe(validateLabelName(name) === undefined ? 0 : 1);
    if (found.length > 0) expect(found[0]).toContain('is not a label name');
  });

  test('must have a value', async () => {
    expect(await problems({ labels: { zone: ' ' } })).toEqual(['agent.labels.zone: must not be blank; it is " "']);
  });
});
