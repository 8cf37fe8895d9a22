/** "20261121-144055-x7k2p9": UTC time and six letters or digits, so that the order of IDs is the order of time. */
const BACKUP_ID = /^\d{8}-\d{6}-[a-z0-9]{6}$/;

/** Nothing else ever becomes part of a path or of a key. */
export function isBackupId(text: string): boolean {
  return BACKUP_ID.test(text);
}

/** @param request.at epoch milliseconds @param request.random at least six hexadecimal digits, of a UUID for example */
export function makeBackupId(request: { readonly at: number; readonly random: string }): string {
  const time = new Date(request.at).toISOString().replace(/\.\d+Z$/, '').replaceAll(/[-:]/g, '').replace('T', '-');
  return `${time}-${request.random.replaceAll('-', '').slice(0, 6)}`;
}
