import { hostname, userInfo } from 'node:os';

/** Who asks, "user@host", for the journal. */
export function currentActor(): string {
  return `${userName()}@${hostname()}`;
}

/** A user id without an entry in the password database has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
