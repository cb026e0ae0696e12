/** An endpoint as a new flow sees it. */
export interface Candidate {
  readonly id: string;
  readonly weight: number;
  readonly healthy: boolean;
}

/**
 * The endpoint that gets a new flow. The first group, closest to the client, that has a healthy endpoint with weight
 * gives it by weight. Where there is none the accelerator fails open: any endpoint of the closest group, whatever its
 * weight and health. Undefined when that group is empty.
 * @param random from 0 up to but not including 1
 */
export function chooseEndpoint(
  groups: readonly (readonly Candidate[])[],
  random: number,
): string | undefined {
  for (const group of groups) {
    const able = group.filter((candidate) => candidate.healthy && candidate.weight > 0);
    if (able.length > 0) return byWeight(able, random);
  }
  const closest = groups[0] ?? [];
  return closest[Math.floor(random * closest.length)]?.id;
}

function byWeight(candidates: readonly Candidate[], random: number): string | undefined {
  let rest = random * candidates.reduce((sum, candidate) => sum + candidate.weight, 0);
  for (const candidate of candidates) {
    rest -= candidate.weight;
    if (rest < 0) return candidate.id;
  }
  return candidates.at(-1)?.id;
}
