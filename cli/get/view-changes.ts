import type { View } from './find-views.ts';
import { nameOfView } from './find-views.ts';

/** What is new or not as it was, in the order of the list; then what is gone, as it was last but with phase "Deleted". */
export function describeViewChanges(before: readonly View[], after: readonly View[]): readonly View[] {
  const [known, present] = [byIdentity(before), byIdentity(after)];
  const changed = after.filter((view) => JSON.stringify(known.get(identityOf(view))) !== JSON.stringify(view));
  const gone = before.filter((view) => !present.has(identityOf(view)));
  return [...changed, ...gone.map((view): View => ({ ...view, phase: 'Deleted' }))];
}

function byIdentity(views: readonly View[]): ReadonlyMap<string, View> {
  return new Map(views.map((view) => [identityOf(view), view]));
}

/** A cluster that was made anew under the name of a deleted one is another. */
function identityOf(view: View): string {
  return view.kind === 'Operation' ? `${view.cluster}/${view.id}` : `${nameOfView(view)}/${view.uid}`;
}
