import { describe, expect, test } from 'vitest';
import { isForbiddenAddress } from '../../../../src/shared/network/forbidden-addresses.ts';
import { AddressBook } from '../../../../src/shared/network/address-book.ts';
import type { RouteOptions } from '../../../../src/shared/network/address-book.ts';

test.each([
  '169.254.169.254',
  '169.254.0.1',
  '169.254.255.255',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  'fe80::1',
  'febf::1',
  'fe80::1%eth0',
  'fd00:ec2::254',
  'fd20:ce::254',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '0:0:0:0:0:ffff:a9fe:a9fe',
  '::a9fe:a9fe',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b::169.254.169.254',
  '2002:a9fe:a9fe::1',
  '::ffff:100.100.100.200',
  '64:ff9b::6464:64c8',
])('%s is forbidden', (address) => expect(isForbiddenAddress(address)).toBe(true));

test.each([
  '127.0.0.1',
  '10.0.0.1',
  '169.253.255.255',
  '169.255.0.0',
  '100.100.100.201',
  '::1',
  'fec0::1',
  'fe7f::1',
  'fd00:ec2::253',
  '::ffff:10.0.0.1',
  '64:ff9b::a00:1',
  '2001:db8::1',
  'metadata.google.internal',
  '',
])('%s is not forbidden', (address) => expect(isForbiddenAddress(address)).toBe(false));

describe('the address book', () => {
  const METADATA = { address: '169.254.169.254', family: 4 };
  const OTHER = { address: '192.0.2.1', family: 4 };
  const bookOf = (answer: readonly { address: string; family: number }[]): AddressBook =>
    new AddressBook({ resolve: () => Promise.resolve(answer), nowMs: () => 0, first: 0 });
  const lookUp = ({ lookup }: RouteOptions): Promise<unknown> =>
    new Promise((resolve, reject) => {
      lookup?.('metadata.google.internal', { all: true }, (error, addresses) =>
        error === null ? resolve(addresses) : reject(error),
      );
    });

  test('refuses addresses, and names that resolve to them', async () => {
    expect(() => bookOf([]).route('169.254.169.254', 80)).toThrow(/metadata service/);
    expect(() => bookOf([]).route('::ffff:a9fe:a9fe', 80)).toThrow(/metadata service/);
    await expect(lookUp(bookOf([METADATA]).route('metadata.google.internal', 80))).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringMatching(/^metadata\.google\.internal resolves to 169\.254\.169\.254, which is/),
      hint: expect.stringContaining('--allow_link_local'),
    });
  });

  test('leaves out forbidden ones among other addresses', async () => {
    expect(await lookUp(bookOf([METADATA, OTHER]).route('metadata.google.internal', 80))).toEqual([OTHER]);
  });

  test('allows all with the flag', async () => {
    const book = bookOf([METADATA]);
    book.allowLinkLocal();
    expect(book.route('169.254.169.254', 80)).toEqual({ autoSelectFamily: false });
    expect(await lookUp(book.route('metadata.google.internal', 80))).toEqual([METADATA]);
  });
});
