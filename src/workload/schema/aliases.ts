/** Fields by their names in other load testers, in lower case without underscores. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  baseurl: 'connection_string',
  clients: 'connections',
  concurrency: 'connections',
  host: 'connection_string',
  hosts: 'connection_string',
  iterations: 'operations',
  maxvus: 'connections',
  qps: 'pace',
  rate: 'pace',
  requests: 'operations',
  rps: 'pace',
  scenarios: 'jobs',
  throughput: 'pace',
  uri: 'connection_string',
  url: 'connection_string',
  users: 'connections',
  vus: 'connections',
  workers: 'connections',
};

/** Field that corresponds to a name of another load tester. */
export function canonicalField(word: string): string | undefined {
  const plain = word.toLowerCase().replaceAll(/[-_]/g, '');
  return Object.hasOwn(OTHER_WORDS, plain) ? OTHER_WORDS[plain] : undefined;
}
