import type { Labels } from '../../metrics/family.ts';
import type { PushProtocol } from './protocol.ts';

/** The same protocol with labels added to every sample, for receivers that cannot be told to add them. */
export function withExtraLabels(protocol: PushProtocol, extraLabels: Labels): PushProtocol {
  if (Object.keys(extraLabels).length === 0) return protocol;
  return {
    ...protocol,
    encode: (exposition) =>
      protocol.encode({
        ...exposition,
        families: exposition.families.map((family) => ({
          ...family,
          samples: family.samples.map((sample) => ({ ...sample, labels: { ...sample.labels, ...extraLabels } })),
        })),
      }),
  };
}
