import { ApiError } from './api-error.ts';
import { type Input, optionalNumber, optionalString } from './input.ts';

/** One page of a list, as the request asks for it: `MaxResults` elements from `NextToken` on. */
export function page(input: Input, field: string, elements: readonly object[]): object {
  const size = optionalNumber(input, 'MaxResults', { least: 1, greatest: 100 }) ?? 10;
  const token = optionalString(input, 'NextToken');
  const start = token === undefined ? 0 : Number(/^from-(\d+)$/.exec(token)?.[1]);
  if (!(start < elements.length || start === 0))
    throw new ApiError('InvalidNextTokenException', 'NextToken is not one that this list gave out');
  const end = start + size;
  return {
    [field]: elements.slice(start, end),
    ...(end < elements.length && { NextToken: `from-${end}` }),
  };
}
