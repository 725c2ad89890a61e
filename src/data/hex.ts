const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The low 16 bits of a number as 4 hexadecimal digits. */
export function hex16(bits: number): string {
  return BYTES[(bits >>> 8) & 255]! + BYTES[bits & 255]!; // the mask keeps both in the table
}

/** The low 32 bits of a number as 8 hexadecimal digits. */
export function hex32(bits: number): string {
  return hex16(bits >>> 16) + hex16(bits);
}
