const repositoryText = /^[a-z0-9_\-./]{2,255}$/;
const tagText = /^[\w\-.]{1,128}$/;
const digestText = /^sha256:[0-9a-f]{64}$/;

/** An authority: a host, an address in brackets, or nothing, and perhaps a port. */
const registryText = /^([A-Za-z0-9\-._~!$&'()*+,;=<>"]*|\[[^\]\s]*\])(:\d*)?$/;

function isRepository(text: string): boolean {
  if (text === '') return false;
  const slash = text.indexOf('/');
  const first = slash < 0 ? '' : text.slice(0, slash);
  // The first part is a registry only if it looks like a host.
  const hasRegistry = slash >= 0 && /[.:]/.test(first);
  return (
    repositoryText.test(hasRegistry ? text.slice(slash + 1) : text) &&
    (!hasRegistry || registryText.test(first))
  );
}

/** The repository before a tag; undefined where there is a tag that cannot be one. */
function untagged(text: string): string | undefined {
  const colon = text.lastIndexOf(':');
  const tag = colon < 0 ? '' : text.slice(colon + 1);
  // A colon before the last slash belongs to the registry's port.
  if (colon < 0 || tag.includes('/')) return text;
  return tag === '' || tagText.test(tag) ? text.slice(0, colon) : undefined;
}

/** Whether a registry's client can read this as an image: a repository, perhaps with registry, tag and digest. */
export function isImageReference(text: string): boolean {
  const tagged = untagged(text);
  if (tagged !== undefined && isRepository(tagged)) return true;
  const [base = '', digest, ...more] = text.split('@');
  if (digest === undefined || more.length > 0 || !digestText.test(digest)) return false;
  const repository = untagged(base);
  return isRepository(repository !== undefined && isRepository(repository) ? repository : base);
}
