import { same } from '../frozen.ts';
import { type Fields, isFields } from '../json-value.ts';
import { refuse, StatusError } from '../status-error.ts';

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

const failed = (message: string): StatusError =>
  new StatusError(
    422,
    'Invalid',
    `the server rejected our request due to an error in our request: ${message}`,
  );

const tokens = (pointer: unknown): string[] => {
  if (typeof pointer !== 'string' || (pointer !== '' && !pointer.startsWith('/'))) {
    throw refuse.badRequest(`${JSON.stringify(pointer)} is not a JSON pointer`);
  }
  if (pointer === '') return [];
  const parts = pointer.slice(1).split('/');
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
};

function index(list: readonly unknown[], token: string, end: number): number {
  if (token === '-') return list.length;
  if (!/^(0|[1-9]\d*)$/.test(token) || Number(token) > end)
    throw failed(`there is no item ${token} in the list`);
  return Number(token);
}

function read(document: unknown, path: readonly string[]): unknown {
  let value = document;
  for (const token of path) {
    if (Array.isArray(value)) value = value[index(value, token, value.length - 1)];
    else if (isFields(value) && Object.hasOwn(value, token)) value = value[token];
    else throw failed(`there is nothing at /${path.join('/')}`);
  }
  return value;
}

/** The document with the container of `path`'s last token changed; the rest is shared. */
function change(
  document: unknown,
  path: readonly string[],
  edit: (holder: unknown, token: string) => unknown,
): unknown {
  const [token = '', ...rest] = path;
  if (rest.length === 0) return edit(document, token);
  const inner = change(read(document, [token]), rest, edit);
  if (Array.isArray(document)) return document.with(Number(token), inner);
  return { ...(document as Fields), [token]: inner };
}

const add = (document: unknown, path: readonly string[], value: unknown): unknown =>
  path.length === 0
    ? value
    : change(document, path, (holder, token) => {
        if (Array.isArray(holder)) return holder.toSpliced(index(holder, token, holder.length), 0, value);
        if (!isFields(holder)) throw failed(`nothing can be added at /${path.join('/')}`);
        return { ...holder, [token]: value };
      });

const remove = (document: unknown, path: readonly string[]): unknown =>
  change(document, path, (holder, token) => {
    read(holder, [token]);
    if (Array.isArray(holder)) return holder.toSpliced(Number(token), 1);
    const { [token]: _removed, ...rest } = holder as Fields;
    return rest;
  });

function step(document: unknown, operation: Operation): unknown {
  const path = tokens(operation.path);
  switch (operation.op) {
    case 'add':
      return add(document, path, operation.value);
    case 'remove':
      return remove(document, path);
    case 'replace':
      read(document, path);
      return path.length === 0 ? operation.value : add(remove(document, path), path, operation.value);
    case 'move': {
      const from = tokens(operation.from);
      return add(remove(document, from), path, read(document, from));
    }
    case 'copy':
      return add(document, path, read(document, tokens(operation.from)));
    case 'test':
      if (same(read(document, path), operation.value)) return document;
      throw failed(`the test of ${operation.path} failed`);
    default:
      throw refuse.badRequest(`unknown JSON patch operation ${JSON.stringify(operation.op)}`);
  }
}

/**
 * JSON patch (RFC 6902).
 * @throws StatusError `BadRequest` for a malformed patch, `Invalid` where it does not fit the document
 */
export function jsonPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw refuse.badRequest('a JSON patch is a list of operations');
  if (patch.length > 10_000) throw refuse.badRequest('a JSON patch may have at most 10000 operations');
  return patch.reduce((value: unknown, operation: unknown) => {
    if (!isFields(operation)) throw refuse.badRequest('an operation of a JSON patch is an object');
    return step(value, operation as unknown as Operation);
  }, document);
}
