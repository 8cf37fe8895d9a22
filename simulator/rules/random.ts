/**
 * A number from 0 up to 1 that seed and key alone decide: no generator has a state, so what chance
 * gives one Machine does not depend on what else was asked before.
 */
export function draw(seed: string, key: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${seed}\n${key}`)) {
    value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  }
  // FNV's low bits mix badly for short keys; this finalizer (murmur3's) spreads them.
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b) >>> 0;
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35) >>> 0;
  return ((value ^ (value >>> 16)) >>> 0) / 2 ** 32;
}
