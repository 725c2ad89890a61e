import { CookieJar } from 'tough-cookie';
import { expect, test } from 'vitest';
import { Cookies } from '../../../../src/drivers/http/cookies.ts';

const url = (text: string): URL => new URL(text);

test('secure cookies are sent over TLS, or to loopback as by browsers', () => {
  const cookies = new Cookies(() => new CookieJar());
  cookies.receive(['a=1; Secure', 'b=2'], url('https://shop.example/'));
  expect(cookies.headerFor(url('https://shop.example/x'), undefined)).toBe('a=1; b=2');
  expect(cookies.headerFor(url('http://shop.example/x'), undefined)).toBe('b=2');
  cookies.receive(['c=1; Secure'], url('http://localhost:80/'));
  expect(cookies.headerFor(url('http://localhost:80/'), undefined)).toBe('c=1');
});

test('a cookie of a domain is sent to its hosts, and none for a whole public suffix', () => {
  const cookies = new Cookies(() => new CookieJar());
  cookies.receive(
    ['a=1; Domain=shop.example', 'b=2', 'c=3; Domain=co.uk', 'd=4; Domain=other.example'],
    url('https://shop.example/'),
  );
  expect(cookies.headerFor(url('https://api.shop.example/'), undefined)).toBe('a=1');
  expect(cookies.headerFor(url('https://notshop.example/'), undefined)).toBeUndefined();
  cookies.receive(['x=1; Domain=co.uk'], url('https://shop.co.uk/'));
  expect(cookies.headerFor(url('https://shop.co.uk/'), undefined)).toBeUndefined();
});

test('cookies are the same for all ports of a host', () => {
  const cookies = new Cookies(() => new CookieJar());
  cookies.receive(['a=1'], url('http://127.0.0.1:8080/'));
  expect(cookies.headerFor(url('http://127.0.0.1:9090/'), undefined)).toBe('a=1');
  cookies.clear();
  expect(cookies.headerFor(url('http://127.0.0.1:9090/'), 'own=1')).toBe('own=1');
});
