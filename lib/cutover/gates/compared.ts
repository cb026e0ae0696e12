import type { Colour } from '../../fleet/colour.ts';
import { type Difference, difference } from '../../metrics/difference.ts';
import type { RegionSample } from '../commands.ts';

/** Two samples of a watch. */
export interface Ends {
  readonly from: Colour;
  readonly to: Colour;
  readonly first: RegionSample;
  readonly last: RegionSample;
}

/** What both colours did between the two samples. */
export const compared = ({
  from,
  to,
  first,
  last,
}: Ends): { readonly source: Difference; readonly target: Difference } => ({
  source: difference(first.colours[from], last.colours[from]),
  target: difference(first.colours[to], last.colours[to]),
});
