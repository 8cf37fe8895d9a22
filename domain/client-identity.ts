/** Who a client certificate says that its holder is: Kubernetes takes the common name for the user, the organizations for the groups. */
export type ClientIdentity = { readonly user: string; readonly groups: readonly string[] };

const MINUTE_MS = 60 * 1000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * Lifetimes of client certificates, milliseconds. None can be revoked, so a person's ends with the day;
 * the administrator's lasts as long as those that kubeadm makes.
 */
export const clientLifetimes = { minimum: 10 * MINUTE_MS, maximum: 365 * DAY_MS, user: DAY_MS, admin: 365 * DAY_MS } as const;

/** Upper bounds of X.520 for common name and organization. */
const LONGEST_NAME = 64;
const MOST_GROUPS = 20;

/**
 * Why no certificate is made for that identity; undefined where one may be. Names that begin with
 * "system:" are Kubernetes' own: its components, service accounts, and system:masters, which passes
 * by RBAC and so could never be taken back.
 */
export function findIdentityProblem({ user, groups }: ClientIdentity): string | undefined {
  if (groups.length > MOST_GROUPS) return `${groups.length} groups are too many: at most ${MOST_GROUPS}`;
  return nameProblem('user', user) ?? groups.map((group) => nameProblem('group', group)).find((problem) => problem !== undefined);
}

/** Why no certificate is made for that long; undefined where one may be. */
export function findLifetimeProblem(ttlMs: number): string | undefined {
  if (ttlMs >= clientLifetimes.minimum && ttlMs <= clientLifetimes.maximum) return undefined;
  return 'the lifetime must be from 10m to 8760h (a year): a certificate cannot be revoked, and clocks differ';
}

function nameProblem(what: 'user' | 'group', name: string): string | undefined {
  if (name === '' || name.length > LONGEST_NAME) return `the name of a ${what} has 1 to ${LONGEST_NAME} characters`;
  if (/^\s|\s$|[\p{Cc}\p{Cf}]/u.test(name)) return `the name of a ${what} has no control characters, and no spaces at its ends`;
  if (!/^system:/i.test(name)) return undefined;
  return `"${name}" is a ${what} of Kubernetes' own: names that begin with "system:" are not given to people`;
}
