import type { Metadata } from './desired-cluster.ts';
import type { Check } from './validation/wrong.ts';

/** On a Cluster: where a rollout waits until somebody approves, separated by commas. */
export const APPROVE_BEFORE_ANNOTATION = 'slipway.dev/approve-before';

/**
 *  control-plane  before the first control-plane Machine is replaced
 *  after-canary   once the first replaced Machine of a pool is available, before the pool's others
 */
export const APPROVAL_GATES = ['control-plane', 'after-canary'] as const;

export type ApprovalGate = (typeof APPROVAL_GATES)[number];

const listWords = (text: string): readonly string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

/** The gates of a Cluster, in the order of {@link APPROVAL_GATES}; manifests with other words are refused before. */
export const approvalGates = ({ annotations }: Metadata): readonly ApprovalGate[] => {
  const words = listWords(annotations[APPROVE_BEFORE_ANNOTATION] ?? '');
  return APPROVAL_GATES.filter((gate) => words.includes(gate));
};

export const checkApprovalGates: Check<string> = (text) => {
  const unknown = listWords(text).find((word) => !APPROVAL_GATES.some((gate) => gate === word));
  if (unknown === undefined) return undefined;
  const known = APPROVAL_GATES.map((gate) => `"${gate}"`).join(' and ');
  return { reason: 'Unsupported value', message: `there is no gate ${JSON.stringify(unknown)}`, expected: `use ${known}, separated by a comma` };
};
