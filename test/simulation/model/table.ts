import type { Condition, Item, Table } from '../../../lib/cutover/store/dynamodb-client.ts';

/** A table that answers at once and forgets nothing. It knows the conditions that the store gives, by evaluating them. */
export class SimulatedTable {
  /** How many changes were made. */
  writes = 0;
  readonly #items = new Map<string, Map<string, Item>>();

  readonly table: Table = {
    place: { name: 'simulated' },
    get: async (pk, sk) => this.#items.get(pk)?.get(sk),
    query: async (pk) =>
      [...(this.#items.get(pk) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item),
    put: async (pk, sk, item) => this.#store(pk, sk, item),
    set: async (pk, sk, item, condition) => {
      const before = this.#items.get(pk)?.get(sk);
      if (!holds(condition, before)) return false;
      this.#store(pk, sk, { ...before, ...item });
      return true;
    },
    remove: async (pk, sk) => {
      this.writes++;
      this.#items.get(pk)?.delete(sk);
    },
  };

  item(pk: string, sk: string): Item | undefined {
    return this.#items.get(pk)?.get(sk);
  }

  #store(pk: string, sk: string, item: Item): void {
    this.writes++;
    const items = this.#items.get(pk) ?? new Map<string, Item>();
    this.#items.set(pk, items);
    items.set(sk, { ...item, pk, sk });
  }
}

/** `a OR b`, `a AND b`, `attribute_not_exists(#x)`, `#x = :y`, `#x <= :y`. */
export function holds({ expression, values = {} }: Condition, item: Item | undefined): boolean {
  const [left, ...alternatives] = expression.split(' OR ');
  if (alternatives.length > 0)
    return [left, ...alternatives].some((one) => holds({ expression: one ?? '', values }, item));
  return expression.split(' AND ').every((clause) => {
    const absent = /^attribute_not_exists\(#(\w+)\)$/.exec(clause)?.[1];
    if (absent !== undefined) return item?.[absent] === undefined;
    const [, name = '', operator, value = ''] = /^#(\w+) (=|<=) :(\w+)$/.exec(clause) ?? [];
    if (operator === undefined) throw new Error(`the simulated table does not know ${clause}`);
    const found = item?.[name];
    const wanted = values[value];
    if (found === undefined || wanted === undefined) return false;
    return operator === '=' ? found === wanted : found <= wanted;
  });
}
