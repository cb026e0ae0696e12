import { type Colour, sibling } from '../fleet/colour.ts';
import type { CutoverPolicy } from '../fleet/fleet.ts';
import { weightsForShare } from '../traffic/weights.ts';
import type { CutoverPlan, RegionFacts, Step } from './plan.ts';

/** The steps of a cutover: what proves the target everywhere, then the waves, one after the other. Pure. */
export function stepsOf(
  { steps: shares, waves }: Pick<CutoverPolicy, 'steps' | 'waves'>,
  regions: readonly RegionFacts[],
  to: Colour,
): Step[] {
  const before = (['preflight', 'migrate', 'verify', 'floors'] as const).flatMap((kind) =>
    regions.map(({ region }): Step => ({ id: `${region}/${kind}`, kind, region })),
  );
  const groups = wavesOf(waves, regions);
  const moves = groups.flatMap((wave, index): Step[] => [
    ...wave.flatMap((facts) => movesOf(facts, shares, to)),
    ...(index < groups.length - 1 ? watchesOf('bake', `wave-${index + 1}`, wave) : []),
  ]);
  return [
    ...before,
    ...moves,
    ...(waves === undefined
      ? regions.map(({ region }): Step => ({ id: `${region}/hold`, kind: 'hold', region }))
      : watchesOf('hold', 'all', regions)),
  ];
}

/** Those of the fleet's waves that there are; a region that no wave names comes last. */
function wavesOf(waves: CutoverPolicy['waves'], regions: readonly RegionFacts[]): (readonly RegionFacts[])[] {
  if (waves === undefined) return [regions];
  const named = waves.map((wave) => regions.filter(({ region }) => wave.includes(region)));
  const rest = regions.filter(({ region }) => !waves.flat().includes(region));
  return [...named, rest].filter((wave) => wave.length > 0);
}

/** One watch over all regions of a wave: its time is waited for once. */
function watchesOf(kind: 'bake' | 'hold', name: string, wave: readonly RegionFacts[]): Step[] {
  const [first] = wave;
  if (first === undefined) return [];
  const regions = wave.map(({ region }) => region);
  return [{ id: `${name}/${kind}`, kind, region: first.region, regions }];
}

function movesOf(
  { region, entrances, singletons = [] }: RegionFacts,
  shares: readonly number[],
  to: Colour,
): Step[] {
  return [
    ...shares.map((share): Step => {
      const { target, source } = weightsForShare(share);
      return {
        id: `${region}/shift-${share}`,
        kind: 'shift',
        region,
        share,
        weights: { [entrances[to]]: target, [entrances[sibling(to)]]: source },
      };
    }),
    { id: `${region}/drain`, kind: 'drain', region },
    // Only now does the source get no more requests that could leave work for them.
    ...(singletons.length === 0 ? [] : [{ id: `${region}/hand-over`, kind: 'hand-over' as const, region }]),
  ];
}

/** What of the fleet's hooks and approvals these steps have. Nothing where there is nothing. Pure. */
export function handsOn(
  { approvals, hooks }: Pick<CutoverPolicy, 'approvals' | 'hooks'>,
  steps: readonly Step[],
): Pick<CutoverPlan, 'approvals' | 'hooks'> {
  const approved = idsOf(approvals, steps);
  const planned = hooks.map(({ name, when, timeout, steps: names }) => ({
    name,
    when,
    timeout: timeout.toString(),
    steps: names === undefined ? steps.map(({ id }) => id) : idsOf(names, steps),
  }));
  return {
    ...(approved.length === 0 ? {} : { approvals: approved }),
    ...(planned.length === 0 ? {} : { hooks: planned }),
  };
}

/** The steps that names mean: a kind, one region's step, or a step of every region. */
const idsOf = (names: readonly string[], steps: readonly Step[]): string[] =>
  steps
    .filter(({ id, kind }) => names.some((name) => name === kind || name === id || id.endsWith(`/${name}`)))
    .map(({ id }) => id);
