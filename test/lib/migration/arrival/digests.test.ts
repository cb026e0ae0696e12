import { expect, it } from 'vitest';
import { otherImage, pinned } from '../../../../lib/migration/arrival/digests.ts';

const [a, b] = ['a', 'b'].map((letter) => `sha256:${letter.repeat(64)}`);
const spec = {
  initContainers: [{ name: 'init', image: 'ghcr.io/acme/init' }],
  containers: [
    { name: 'app', image: 'cart:1', env: [{ name: 'A', value: 'cart:1' }] },
    { name: 'side', image: `ghcr.io/acme/side@${b}` },
    { name: 'local', image: 'dev.local/x:1' },
  ],
};
const status = {
  initContainerStatuses: [{ name: 'init', imageDigest: `ghcr.io/acme/init@${b}` }],
  containerStatuses: [
    { name: 'app', imageDigest: `index.docker.io/library/cart@${a}` },
    { name: 'side', imageDigest: `ghcr.io/acme/side@${b}` },
    { name: 'local' },
  ],
};

/** Images by container, as a rule that replaces the beginning of a name would have them. */
const rewriting = (from: string, to: string) => (one: Readonly<Record<string, unknown>>) =>
  JSON.parse(JSON.stringify(one), (key, value) =>
    key === 'image' && String(value).startsWith(from) ? to + String(value).slice(from.length) : value,
  );
const images = (one: Readonly<Record<string, unknown>>): unknown[] =>
  [one.initContainers, one.containers].flatMap((list) =>
    (list as { image: string }[]).map(({ image }) => image),
  );

it('pins every container, init containers too, and says where nothing is known', () => {
  const found = pinned(spec, status);
  expect(images(found.spec)).toEqual([
    `ghcr.io/acme/init@${b}`,
    `index.docker.io/library/cart@${a}`,
    `ghcr.io/acme/side@${b}`,
    'dev.local/x:1',
  ]);
  expect(found.unresolved).toEqual(['local']);
  expect(found.spec.containers).toMatchObject([{ env: [{ value: 'cart:1' }] }, {}, {}]);
  expect(pinned(spec, {}).unresolved).toEqual(['app', 'local', 'init']);
});

it.each([
  ['cart', 'ecr/cart', `ecr/cart@${a}`],
  ['index.docker.io/library', 'ecr', `ecr/cart@${a}`],
  ['cart:1', 'ecr:5000/cart:one', `ecr:5000/cart@${a}`],
])('keeps the digest where %s is rewritten, as it is written or as it was resolved', (from, to, image) => {
  expect(images(pinned(spec, status, rewriting(from, to)).spec)[1]).toBe(image);
});

it.each([
  ['the tag that was resolved to the same', { name: 'app', image: 'cart:2' }, a, undefined],
  ['the digest in another registry', { name: 'app', image: `ecr/cart@${a}` }, undefined, undefined],
  ['a tag that is not resolved yet', { name: 'app', image: 'cart:1' }, undefined, undefined],
  ['another digest', { name: 'app', image: `cart@${b}` }, undefined, `cart@${b}`],
  ['the tag, resolved to another', { name: 'app', image: 'cart:1' }, b, 'cart:1'],
  ['another name, not resolved', { name: 'app', image: 'pay:1' }, undefined, 'pay:1'],
])('knows images by their digests: %s', (_, container, digest, other) => {
  const wanted = { spec: { containers: [{ name: 'app', image: `index.docker.io/library/cart@${a}` }] } };
  const containerStatuses = digest === undefined ? [] : [{ name: 'app', imageDigest: `cart@${digest}` }];
  expect(otherImage(wanted, { spec: { containers: [container] }, status: { containerStatuses } })).toBe(
    other,
  );
});
