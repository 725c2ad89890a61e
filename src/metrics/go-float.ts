/**
 * A number spelled as Go's strconv prints the shortest float (`'g'`, -1), which is how Prometheus' own clients spell
 * `le`: `0.005`, `1`, `1e+06`, `5e-05`, `+Inf`. Buckets of different agents then fall together.
 */
export function formatGoFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [mantissa = '', exponentText = ''] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  // The rule of %g in strconv/ftoa.go: an exponent below -4 or, for the shortest form, from 6 on is written.
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
