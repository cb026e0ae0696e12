/** Names as Kubernetes allows them. */

/** Services and revisions: 63 characters, a letter first. */
export const isDns1035Label = (text: string): boolean => /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text);

/** Namespaces and containers: 63 characters, a letter or a digit first. */
export const isDns1123Label = (text: string): boolean => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text);

/** Host names: labels with dots between them, 253 characters. */
export const isDns1123Subdomain = (text: string): boolean =>
  text.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text);

export const dns1035Rule = 'lower-case letters, digits and hyphens, a letter first, at most 63 characters';
export const dns1123Rule =
  'lower-case letters, digits and hyphens, a letter or digit first, at most 63 characters';
export const hostRule = 'a host name in lower case, at most 253 characters';

/** What a traffic target may name as its revision. */
export const isQualifiedName = (text: string): boolean => {
  const [name, domain, ...more] = text.split('/').reverse();
  return (
    more.length === 0 &&
    (domain === undefined || isDns1123Subdomain(domain)) &&
    /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(name ?? '')
  );
};
