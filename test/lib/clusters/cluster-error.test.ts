import { expect, it } from 'vitest';
import { refusedBy } from '../../../lib/clusters/cluster-error.ts';

const call = { cluster: 'green', what: 'apply Service shop/cart' };
const json = 'application/json';
const refused = (status: number, body: object | string = '', retryAfter?: string) =>
  refusedBy(
    call,
    {
      status,
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...(retryAfter === undefined ? {} : { retryAfter }),
      ...(typeof body === 'string' ? {} : { contentType: json }),
    },
    Date.parse('2026-03-01T12:00:00Z'),
  );

it.each([
  [429, '2', 2000],
  [503, '0', 0],
  [503, 'Sun, 01 Mar 2026 12:00:05 GMT', 5000],
  // A date that has passed: now.
  [429, 'Sun, 01 Mar 2026 11:00:00 GMT', 0],
  [429, 'soon', undefined],
  [429, undefined, undefined],
  // Not one that passes: what it says there means something else.
  [403, '7', undefined],
])('%d with Retry-After %s asks to wait %s ms', (status, header, expected) => {
  expect(refused(status, '', header).retryAfterMs).toBe(expected);
});

it('takes the wait from the body where there is no header', () => {
  expect(refused(504, { message: 'x', details: { retryAfterSeconds: 3 } }).retryAfterMs).toBe(3000);
});

const status = (reason: string, details: object = {}) => ({ message: 'no', reason, details });
it.each([
  ['passing', 429, ''],
  ['passing', 500, status('InternalError')],
  ['passing', 410, status('Expired')],
  ['exists', 409, status('AlreadyExists')],
  ['changed', 409, status('Conflict')],
  ['missing', 404, status('NotFound', { kind: 'services', name: 'cart' })],
  ['namespace-missing', 404, status('NotFound', { kind: 'namespaces', name: 'shop' })],
  ['namespace-going', 403, status('Forbidden', { causes: [{ reason: 'NamespaceTerminating' }] })],
  ['refused', 403, status('Forbidden')],
  ['refused', 422, status('Invalid')],
  ['unauthorized', 401, status('Unauthorized')],
] as const)('tells %s from the other refusals', (reason, code, body) => {
  expect(refused(code, body).reason).toBe(reason);
});

it('names the fields that others own, and whose they are', () => {
  const causes = [
    { reason: 'FieldManagerConflict', message: 'conflict with "argocd" using v1', field: '.spec.template' },
  ];
  expect(refused(409, status('Conflict', { causes }))).toMatchObject({
    code: 'cluster.conflict',
    reason: 'field-conflict',
    conflicts: [{ owner: '"argocd" using v1', field: '.spec.template' }],
  });
});

it('takes half of an answer for none: what it said is not known', () => {
  const half = refusedBy(call, { status: 409, body: '{"kind":"Status","det', contentType: json });
  expect(half).toMatchObject({ code: 'cluster.unavailable', reason: 'passing' });
});
