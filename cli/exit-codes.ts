/** What a command's exit code means, by kind of failure. The only place where codes are given. */
export const exitCodes = {
  ok: { code: 0, meaning: 'done, or nothing to do' },
  differs: { code: 1, meaning: 'plan: there is something to do; status: something is not healthy; rollout status --no-watch: not complete' },
  usage: { code: 2, meaning: 'the command line is wrong; nothing was sent' },
  general: { code: 3, meaning: 'an error without a code of its own' },
  invalidManifest: { code: 10, meaning: 'the manifest has errors; nothing was started' },
  notFound: { code: 11, meaning: 'no such cluster, machine or operation' },
  conflict: { code: 12, meaning: 'refused, because something else is under way or in place' },
  notSupported: { code: 13, meaning: 'refused, because this version of Slipway cannot do it' },
  versionNotAvailable: { code: 14, meaning: 'no machine image for that Kubernetes version' },
  temporalUnreachable: { code: 20, meaning: "Temporal's server does not answer" },
  noWorker: { code: 21, meaning: 'Temporal answers, but no Slipway worker does' },
  setup: { code: 22, meaning: 'this host lacks something: a tool, Docker, a free port' },
  operationBlocked: { code: 30, meaning: 'the operation is Blocked: a person decides how it goes on' },
  operationFailed: { code: 31, meaning: 'the operation failed, or was undone' },
  operationCancelled: { code: 32, meaning: 'the operation was cancelled' },
  timeout: { code: 40, meaning: '--timeout has passed; the work goes on' },
  partial: { code: 50, meaning: 'the support bundle was written, but not all of it could be had: its MANIFEST.txt says what' },
  backupUnusable: { code: 60, meaning: 'the backup is damaged, cut off, of another cluster, or sealed to another key: nothing of it was used' },
  backupDestination: { code: 61, meaning: 'where backups go is full, gone, does not answer, or refuses the credentials' },
  detached: { code: 130, meaning: 'Ctrl-C: detached; the work goes on' },
} as const satisfies Record<string, { readonly code: number; readonly meaning: string }>;

export type ExitKind = keyof typeof exitCodes;

export function exitCodeOf(kind: ExitKind): number {
  return exitCodes[kind].code;
}

/** The text of `slipway help exit-codes`. */
export function describeExitCodes(): string {
  const lines = Object.values(exitCodes).map(({ code, meaning }) => `${String(code).padStart(5)}  ${meaning}`);
  return `Exit codes:\n${lines.join('\n')}\n`;
}
