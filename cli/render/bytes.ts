const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** "512 B", "1.3 MB": powers of a thousand. */
export function formatBytes(bytes: number): string {
  const step = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return step === 0 ? `${bytes} B` : `${(bytes / 1000 ** step).toFixed(1)} ${UNITS[step]}`;
}
