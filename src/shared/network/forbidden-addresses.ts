import { BlockList, isIP } from 'node:net';
import { LoadbotError } from '../errors.ts';

/** Link-local networks: neighbours on the same link, and the metadata services of most clouds. */
const LINK_LOCAL: readonly (readonly [network: string, prefix: number])[] = [
  ['169.254.0.0', 16],
  ['fe80::', 10],
];

/** Metadata services at other addresses: Alibaba Cloud, Azure, Oracle Cloud, AWS and Google Cloud over IPv6. */
const METADATA: readonly (readonly [address: string, prefix: number])[] = [
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.192', 32],
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
];

/** IPv6 prefixes with an IPv4 address in the next 32 bits: IPv4-compatible, NAT64, 6to4. IPv4-mapped ones are known. */
const EMBEDDING: readonly ((hex: string) => readonly [network: string, bits: number])[] = [
  (hex) => [`::${hex}`, 96],
  (hex) => [`64:ff9b::${hex}`, 96],
  (hex) => [`2002:${hex}::`, 16],
];

let list: BlockList | undefined;

/** Creates the list of forbidden addresses. */
function createList(): BlockList {
  const forbidden = new BlockList();
  for (const [network, prefix] of [...LINK_LOCAL, ...METADATA]) {
    const isIpv6 = network.includes(':');
    forbidden.addSubnet(network, prefix, isIpv6 ? 'ipv6' : 'ipv4');
    if (isIpv6) continue;
    const [a = 0, b = 0, c = 0, d = 0] = network.split('.').map(Number);
    const hex = [a * 256 + b, c * 256 + d].map((part) => part.toString(16)).join(':');
    for (const embed of EMBEDDING) {
      const [embedded, bits] = embed(hex);
      forbidden.addSubnet(embedded, bits + prefix, 'ipv6');
    }
  }
  return forbidden;
}

/** Whether an IP address is link-local, or one of a cloud's metadata service, in any notation of IPv6. */
export function isForbiddenAddress(address: string): boolean {
  const [plain = ''] = address.split('%');
  const version = isIP(plain);
  if (version === 0) return false;
  list ??= createList();
  return list.check(plain, version === 6 ? 'ipv6' : 'ipv4');
}

/** Creates the error of a connection to a forbidden address. @param name the host name that resolves to it */
export function forbiddenAddress(address: string, name?: string): LoadbotError {
  const what = name === undefined ? address : `${name} resolves to ${address}, which`;
  return new LoadbotError(
    'config_invalid',
    `${what} is the address of a link-local host or of a cloud's metadata service`,
    { hint: 'the flag --allow_link_local of the process that sends the load allows it' },
  );
}
