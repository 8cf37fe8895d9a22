import type { Command } from 'commander';

export type Verb = {
  readonly verb: string;
  readonly summary: string;
  /** Adds description, arguments, flags and action. */
  readonly load: () => Promise<(command: Command) => void>;
};

/** Every command, in the order in which `slipway help` lists them. */
export const verbs: readonly Verb[] = [
  {
    verb: 'setup',
    summary: 'install or build what this host lacks: Docker, images, tools',
    load: async () => (await import('./commands/setup.ts')).registerSetup,
  },
  {
    verb: 'up',
    summary: "start Temporal's dev server and a worker here",
    load: async () => (await import('./commands/up.ts')).registerUp,
  },
  {
    verb: 'down',
    summary: 'stop what `up` started',
    load: async () => (await import('./commands/down.ts')).registerDown,
  },
  {
    verb: 'status',
    summary: 'show what runs and whether it answers',
    load: async () => (await import('./commands/status.ts')).registerStatus,
  },
  {
    verb: 'plan',
    summary: 'show what an apply would do, step by step',
    load: async () => (await import('./commands/plan.ts')).registerPlan,
  },
  {
    verb: 'apply',
    summary: 'create or change the cluster of a manifest, or go on with it',
    load: async () => (await import('./commands/apply.ts')).registerApply,
  },
  {
    verb: 'create',
    summary: 'create a cluster from flags: generate and apply in one',
    load: async () => (await import('./commands/create.ts')).registerCreate,
  },
  {
    verb: 'generate',
    summary: 'print the manifest of a cluster',
    load: async () => (await import('./commands/generate.ts')).registerGenerate,
  },
  {
    verb: 'get',
    summary: 'list clusters, machines, operations; print a kubeconfig',
    load: async () => (await import('./commands/get.ts')).registerGet,
  },
  {
    verb: 'describe',
    summary: 'show a cluster as a tree with its conditions',
    load: async () => (await import('./commands/describe.ts')).registerDescribe,
  },
  {
    verb: 'watch',
    summary: 'follow what a cluster is doing',
    load: async () => (await import('./commands/watch.ts')).registerWatch,
  },
  {
    verb: 'recover',
    summary: 'bring a cluster back from a backup',
    load: async () => (await import('./commands/recover.ts')).registerRecover,
  },
  {
    verb: 'scale',
    summary: 'give a control plane or a MachineDeployment other replicas',
    load: async () => (await import('./commands/scale.ts')).registerScale,
  },
  {
    verb: 'annotate',
    summary: 'mark a machine, so that it goes first when one has to',
    load: async () => (await import('./commands/annotate.ts')).registerAnnotate,
  },
  {
    verb: 'rollout',
    summary: 'show and steer how Machines are replaced: status, pause, resume, restart, history, undo',
    load: async () => (await import('./commands/rollout.ts')).registerRollout,
  },
  {
    verb: 'approve',
    summary: 'let a rollout pass a gate that its cluster asks for',
    load: async () => (await import('./commands/approve.ts')).registerApprove,
  },
  {
    verb: 'pause',
    summary: 'have a cluster start nothing new',
    load: async () => (await import('./commands/pause.ts')).registerPause,
  },
  {
    verb: 'resume',
    summary: 'let a paused cluster go on, or decide about a Blocked operation',
    load: async () => (await import('./commands/resume.ts')).registerResume,
  },
  {
    verb: 'history',
    summary: 'show what has been done with a cluster, also a deleted one',
    load: async () => (await import('./commands/history.ts')).registerHistory,
  },
  {
    verb: 'cancel',
    summary: 'stop an operation',
    load: async () => (await import('./commands/cancel.ts')).registerCancel,
  },
  {
    verb: 'delete',
    summary: 'delete a cluster and all that belongs to it',
    load: async () => (await import('./commands/delete.ts')).registerDelete,
  },
  {
    verb: 'backup',
    summary: 'take, list, verify and schedule backups of a cluster; export their key',
    load: async () => (await import('./commands/backup.ts')).registerBackup,
  },
  {
    verb: 'adopt',
    summary: 'bring a cluster back under management from the store',
    load: async () => (await import('./commands/adopt.ts')).registerAdopt,
  },
  {
    verb: 'logs',
    summary: "print a machine's journal",
    load: async () => (await import('./commands/logs.ts')).registerLogs,
  },
  {
    verb: 'ssh',
    summary: 'log in to a machine, or run a command on it',
    load: async () => (await import('./commands/ssh.ts')).registerSsh,
  },
  {
    verb: 'support-bundle',
    summary: 'write an archive for who is to find out what is wrong with a cluster',
    load: async () => (await import('./commands/support-bundle.ts')).registerSupportBundle,
  },
  {
    verb: 'demo',
    summary: 'create the demo cluster and prove that it works',
    load: async () => (await import('./commands/demo.ts')).registerDemo,
  },
  {
    verb: 'completion',
    summary: 'print the completion script of a shell',
    load: async () => (await import('./commands/completion.ts')).registerCompletion,
  },
  {
    verb: 'version',
    summary: 'print versions',
    load: async () => (await import('./commands/version.ts')).registerVersion,
  },
];
