export type Candidate = { readonly value: string; readonly description?: string };

export type NameKind = 'cluster' | 'machine' | 'operation' | 'owner' | 'target';

/** What may stand where the cursor is. */
export type Completion = {
  /** Words that the command tree itself knows. */
  readonly candidates: readonly Candidate[];
  /** Names to ask Temporal for, and what stands before each: "cluster/". */
  readonly names?: { readonly kind: NameKind; readonly prefix: string; readonly cluster?: string };
  readonly files: boolean;
};
