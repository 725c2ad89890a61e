import { describe, expect, it } from 'vitest';
import { redactUrl } from '../../../src/shared/redact.ts';

describe('redactUrl', () => {
  it.each([
    ['http://vm:8428', 'http://vm:8428'],
    ['http://vm:8428/api/v1/import/prometheus', 'http://vm:8428/api/v1/import/prometheus'],
    ['https://anna:s3cret@vm.example/a?token=s3cret#s3cret', 'https://vm.example/a'],
    ['http://s3cret@vm/', 'http://vm'],
    // No URLs, yet they hold secrets all the same.
    ['http://anna:s3/cret@vm:8428/a', 'http://vm:8428/a'],
    ['vm:port/x?token=s3cret', 'vm:port/x'],
    ['anna:s3cret@vm:8428/a', 'vm:8428/a'],
    ['', ''],
  ])('%s -> %s', (url, redacted) => {
    expect(redactUrl(url)).toBe(redacted);
  });
});
