import { canonicalJson } from '../../cutover/canonical-json.ts';
import type { Fields } from '../../validation/fields.ts';
import { type GivenService, generatedName, generationOfName } from './given.ts';
import type { Dated } from './known-revisions.ts';

const isSame = (one: unknown, other: unknown): boolean => canonicalJson(one) === canonicalJson(other);

/** The revision that the service's template makes, as far as the file tells. */
export function latestOf(
  service: GivenService,
  spec: { readonly metadata?: Fields; readonly spec: Fields },
  revisions: readonly Dated[],
  called: string | undefined,
): { readonly name: string; readonly generation: number; readonly known?: Dated } {
  const { name } = service.object.metadata;
  const named = spec.metadata?.name;
  const last = revisions.at(-1);
  const found =
    typeof named === 'string'
      ? revisions.find((one) => one.name === named)
      : (revisions.find((one) => one.name === called) ?? (called === undefined ? last : undefined));
  if (found !== undefined && isSame(found.spec, spec.spec))
    return { name: found.name, generation: found.generation, known: found };
  const highest = Math.max(
    0,
    ...revisions.flatMap((one) => [one.generation, generationOfName(name, one.name) ?? 0]),
  );
  const next = highest + 1;
  if (typeof named === 'string') return { name: named, generation: next };
  const said = generationOfName(name, called);
  const generation = said !== undefined && said >= next ? said : next;
  return { name: generatedName(name, generation), generation };
}
