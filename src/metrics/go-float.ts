/**
 * Formats a number like the shortest form of Go's strconv (`'g'`, -1), which Prometheus clients use for `le`: `0.005`,
 * `1`, `1e+06`, `5e-05`, `+Inf`. So buckets of different agents have equal labels.
 */
export function formatGoFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [mantissa = '', exponentText = ''] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  // Rule of %g in strconv/ftoa.go: exponent notation below -4 and, for the shortest form, from 6 on.
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
