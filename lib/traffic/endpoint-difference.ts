import type { Endpoint } from './traffic-port.ts';

/** A field of an endpoint that is not as expected. */
export interface EndpointChange {
  readonly field: 'weight' | 'clientIpPreservation' | 'attachmentArn';
  readonly expected: string | number | boolean;
  readonly found: string | number | boolean;
}

/** One endpoint that is not as expected: not there any more, there although it should not be, or otherwise set. */
export type EndpointDifference =
  | { readonly kind: 'missing'; readonly id: string; readonly expected: Endpoint }
  | { readonly kind: 'added'; readonly id: string; readonly found: Endpoint }
  | { readonly kind: 'changed'; readonly id: string; readonly changes: readonly EndpointChange[] };

const fields = ['weight', 'clientIpPreservation', 'attachmentArn'] as const;

/**
 * What differs between the endpoints that were written (or last read) and those that are there now: how a foreign
 * change is found. Order and health do not count, and a setting that one side does not say is not a difference.
 */
export function endpointDifferences(
  expected: readonly Endpoint[],
  found: readonly Endpoint[],
): readonly EndpointDifference[] {
  const differences: EndpointDifference[] = [];
  const left = [...found];
  const unmatched = expected.filter((endpoint) => {
    // The same load balancer may stand twice, with and without preservation: its exact twin first.
    const twin = take(left, (other) => other.id === endpoint.id && changesOf(endpoint, other).length === 0);
    return twin === undefined;
  });
  for (const endpoint of unmatched) {
    const other =
      take(
        left,
        (it) => it.id === endpoint.id && it.clientIpPreservation === endpoint.clientIpPreservation,
      ) ?? take(left, (it) => it.id === endpoint.id);
    differences.push(
      other === undefined
        ? { kind: 'missing', id: endpoint.id, expected: endpoint }
        : { kind: 'changed', id: endpoint.id, changes: changesOf(endpoint, other) },
    );
  }
  for (const endpoint of left) differences.push({ kind: 'added', id: endpoint.id, found: endpoint });
  return differences;
}

/** True when nothing differs, order and health aside. */
export const sameEndpoints = (expected: readonly Endpoint[], found: readonly Endpoint[]): boolean =>
  endpointDifferences(expected, found).length === 0;

function changesOf(expected: Endpoint, found: Endpoint): EndpointChange[] {
  return fields.flatMap((field) => {
    const [before, after] = [expected[field], found[field]];
    if (before === undefined || after === undefined || before === after) return [];
    return [{ field, expected: before, found: after }];
  });
}

function take(from: Endpoint[], fits: (endpoint: Endpoint) => boolean): Endpoint | undefined {
  const index = from.findIndex(fits);
  return index < 0 ? undefined : from.splice(index, 1)[0];
}
