import { createHash } from 'node:crypto';

/** Knative asks these for nothing. */
const unresolved = ['kind.local', 'ko.local', 'dev.local'];

/**
 * The image with its digest; undefined where its registry is not asked. Nothing is asked over a network: an image's digest here is made from its name, the same
 * on both colours; what has a digest already keeps it.
 */
export function resolveDigest(image: string): string | undefined {
  if (image.includes('@')) return image;
  if (unresolved.includes(image.split('/')[0] ?? '')) return undefined;
  const lastSlash = image.lastIndexOf('/');
  const colon = image.indexOf(':', lastSlash + 1);
  const repository = colon < 0 ? image : image.slice(0, colon);
  const tag = colon < 0 ? 'latest' : image.slice(colon + 1);
  const full = withRegistry(repository);
  return `${full}@sha256:${createHash('sha256').update(`${full}:${tag}`).digest('hex')}`;
}

/** Docker's short names in full, as tag resolution leaves them. */
function withRegistry(repository: string): string {
  const [first = '', ...rest] = repository.split('/');
  if (rest.length === 0) return `index.docker.io/library/${repository}`;
  return /[.:]/.test(first) || first === 'localhost' ? repository : `index.docker.io/${repository}`;
}
