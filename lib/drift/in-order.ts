/**
 * Works on a few at a time, and gives the results one by one in the order of the items. After a failure nothing more is
 * begun.
 */
export async function* mapInOrder<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const begun: Promise<Result>[] = [];
  let next = 0;
  const begin = (): void => {
    while (begun.length < limit && next < items.length) {
      const item = items[next++] as Item;
      const promise = work(item);
      // Whoever waits for its turn hears of a failure; until then it is no unhandled one.
      promise.catch(() => undefined);
      begun.push(promise);
    }
  };
  for (begin(); begun.length > 0; begin()) yield await (begun.shift() as Promise<Result>);
}
