import type { Labels, NativeFamily } from '../../metrics/family.ts';
import type { PushProtocol } from './protocol.ts';

/** Adds labels to every sample of a protocol whose receivers cannot add them. */
export function withExtraLabels(protocol: PushProtocol, extraLabels: Labels): PushProtocol {
  if (Object.keys(extraLabels).length === 0) return protocol;
  // Series reuse their label objects across expositions, and writers cache the text of an object.
  const extended = new WeakMap<Labels, Labels>();
  const extend = (labels: Labels): Labels => {
    let all = extended.get(labels);
    if (all === undefined) extended.set(labels, (all = { ...labels, ...extraLabels }));
    return all;
  };
  const extendNative = ({ name, samples }: NativeFamily): NativeFamily => ({
    name,
    samples: samples.map(({ labels, histogram }) => ({ labels: { ...labels, ...extraLabels }, histogram })),
  });
  return {
    ...protocol,
    encode: (exposition) =>
      protocol.encode({
        ...exposition,
        ...(exposition.native && { native: exposition.native.map(extendNative) }),
        families: exposition.families.map((family) => ({
          ...family,
          samples: family.samples.map((sample) => ({ ...sample, labels: extend(sample.labels) })),
        })),
      }),
  };
}
