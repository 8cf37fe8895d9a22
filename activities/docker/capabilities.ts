/** Linux capabilities by number (include/uapi/linux/capability.h). */
const capabilities = [
  'CHOWN', 'DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETUID', 'SETPCAP',
  'LINUX_IMMUTABLE', 'NET_BIND_SERVICE', 'NET_BROADCAST', 'NET_ADMIN', 'NET_RAW', 'IPC_LOCK', 'IPC_OWNER',
  'SYS_MODULE', 'SYS_RAWIO', 'SYS_CHROOT', 'SYS_PTRACE', 'SYS_PACCT', 'SYS_ADMIN', 'SYS_BOOT', 'SYS_NICE',
  'SYS_RESOURCE', 'SYS_TIME', 'SYS_TTY_CONFIG', 'MKNOD', 'LEASE', 'AUDIT_WRITE', 'AUDIT_CONTROL', 'SETFCAP',
  'MAC_OVERRIDE', 'MAC_ADMIN', 'SYSLOG', 'WAKE_ALARM', 'BLOCK_SUSPEND', 'AUDIT_READ', 'PERFMON', 'BPF',
  'CHECKPOINT_RESTORE',
] as const;

/** Without these no kubelet runs, so a container that lacks them is not worth starting. */
export const requiredCapabilities: readonly string[] = ['CAP_SYS_ADMIN', 'CAP_NET_ADMIN'];

/**
 * What a process with this bounding set can never have.
 * @param status text of a /proc/‹pid›/status
 * @param lastCapability text of /proc/sys/kernel/cap_last_cap: higher ones mean nothing to that kernel
 * @returns names as Docker takes them ("CAP_SYS_RESOURCE"); undefined where the texts say nothing
 */
export function missingCapabilities(status: string, lastCapability: string): readonly string[] | undefined {
  const bounding = /^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  if (bounding === undefined || !/^\d+$/.test(lastCapability.trim())) return undefined;
  const bits = BigInt(`0x${bounding}`);
  return capabilities
    .slice(0, Number(lastCapability) + 1)
    .filter((_, bit) => ((bits >> BigInt(bit)) & 1n) === 0n)
    .map((name) => `CAP_${name}`);
}
