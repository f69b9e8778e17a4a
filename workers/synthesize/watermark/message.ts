/** What the mark says besides being there: 16 bits. */

export const MESSAGE_BITS = 16;

/** A number of 16 bits as zeros and ones, the highest first. */
export function bitsOf(message: number): number[] {
  return Array.from({ length: MESSAGE_BITS }, (_, i) => (message >> (MESSAGE_BITS - 1 - i)) & 1);
}

/** The number that the bits are, the highest first. */
export function messageOf(bits: readonly boolean[]): number {
  return bits.reduce((message, bit) => 2 * message + (bit ? 1 : 0), 0);
}
