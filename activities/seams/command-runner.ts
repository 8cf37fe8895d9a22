/** How to reach one Machine's sshd, and whose keys to use. Holds no secret. */
export type SshTarget = {
  readonly clusterUid: string;
  readonly machine: string;
  readonly machineUid: string;
  readonly host: string;
  readonly port: number;
};

export type CommandResult = {
  readonly exitCode: number;
  /** At most the last 64 KiB. */
  readonly stdout: string;
  readonly stderr: string;
};

/** A long command that must outlive the connection, the worker and a retry. */
export type DurableCommand = {
  /** Names the remote unit: lowercase letters, digits and dashes; stable over all attempts. */
  readonly operation: string;
  /**
   * Grows with each attempt (step generation × 1000 + activity attempt). A Machine that has
   * recorded a later one refuses this one: an attempt that timed out can do no more harm.
   */
  readonly generation: number;
  /** POSIX shell, run by root. Contains no secret: secrets go by writeFiles. */
  readonly script: string;
  /** Run before a new generation starts, when an earlier one failed. Must be repeatable. */
  readonly cleanup?: string;
  /** Operations whose outcome this one takes back: from its start on they are as if they had never run. */
  readonly undoes?: readonly string[];
  readonly timeoutSeconds: number;
};

export type RemoteFile = {
  readonly path: string;
  readonly content: string | Uint8Array;
  /** Octal, "0600". */
  readonly mode: string;
  /** "root:root" unless given. */
  readonly owner?: string;
  readonly append?: boolean;
};

export type RunOptions = {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Bytes for the command's standard input; the way for secrets, which never stand in argv. */
  readonly input?: string | Uint8Array;
};

/** Runs commands on Machines. Every host key is pinned; a changed one is refused. */
export interface CommandRunner {
  /** Resolves with any exit code; rejects only when the command's outcome is unknown. */
  run(target: SshTarget, script: string, options: RunOptions): Promise<CommandResult>;
  /**
   * Running → attaches; finished → returns its result, also where it failed in this generation's
   * block of a thousand; failed in an earlier one → cleans up and starts this generation.
   * `onOutput` gets complete lines as they come, for progress.
   */
  runDurable(
    target: SshTarget,
    command: DurableCommand,
    options: { readonly signal: AbortSignal; readonly onOutput: (line: string) => void },
  ): Promise<CommandResult>;
  /**
   * Hands the command's standard output on as it comes, however much it is; nothing more is read
   * before `onChunk` has settled. Resolves as `run` does, without the output.
   */
  stream(
    target: SshTarget,
    script: string,
    options: { readonly signal: AbortSignal; readonly onChunk: (chunk: Uint8Array) => Promise<void> },
  ): Promise<Omit<CommandResult, 'stdout'>>;
  /**
   * Gives the command its standard input as it comes, however much it is. Resolves as `run` does; rejects
   * with what the input fails with. The command sees an end then, too: it has to check what came.
   */
  send(
    target: SshTarget,
    script: string,
    options: { readonly signal: AbortSignal; readonly input: AsyncIterable<Uint8Array> },
  ): Promise<CommandResult>;
  /** Atomic for each file: a temporary name beside it, then renamed. Creates parent folders (0755). */
  writeFiles(target: SshTarget, files: readonly RemoteFile[], options: RunOptions): Promise<void>;
  /** Drops cached connections to Machines of that cluster. */
  forget(clusterUid: string): void;
  close(): Promise<void>;
}

/** Resolves when the Machine answers with its pinned host key, systemd is up and containerd runs. */
export type WaitForSsh = (
  target: SshTarget,
  options: { readonly signal: AbortSignal; readonly timeoutMs: number; readonly onProgress: (waitingFor: string) => void },
) => Promise<void>;
