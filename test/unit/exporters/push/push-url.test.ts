import { describe, expect, it } from 'vitest';
import { LoadbotError } from '../../../../src/core/errors.ts';
import { parsePushUrl } from '../../../../src/exporters/push/push-url.ts';

describe('parsePushUrl', () => {
  it('turns credentials into a header', () => {
    const { url, authorization, secrets } = parsePushUrl('https://anna:p%40ss%20w%C3%B6rd@vm.example/a?token=t');
    expect(url.href).toBe('https://vm.example/a?token=t');
    expect(authorization).toBe(`Basic ${Buffer.from('anna:p@ss wörd').toString('base64')}`);
    expect(secrets).toEqual(expect.arrayContaining(['p@ss wörd', '?token=t']));
  });

  it('needs no credentials', () => {
    expect(parsePushUrl('http://vm:8428')).toMatchObject({ authorization: undefined, secrets: [] });
  });

  it.each(['', 'vm:8428', 'anna:s3cret@vm:8428', 'ftp://anna:s3cret@vm/', 'http://anna:s3cret@:1/', '/api/v1'])(
    'refuses "%s" without telling a secret',
    (text) => {
      expect(() => parsePushUrl(text)).toThrow(LoadbotError);
      expect(() => parsePushUrl(text)).toThrow(/not an http\(s\) URL/);
      expect(() => parsePushUrl(text)).not.toThrow(/s3cret/);
    },
  );
});
