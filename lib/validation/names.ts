/** Names as Kubernetes allows them. */

/** Services and revisions: 63 characters, a letter first. */
export const isDns1035Label = (text: string): boolean => /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text);

/** Namespaces and containers: 63 characters, a letter or a digit first. */
export const isDns1123Label = (text: string): boolean => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text);

/** Host names: labels with dots between them, 253 characters. */
export const isDns1123Subdomain = (text: string): boolean =>
  text.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text);

/** A host with at least one dot, each of its labels of 63 characters at most; a dot may end it. */
export function isFullyQualifiedDomain(text: string): boolean {
  const host = text.endsWith('.') ? text.slice(0, -1) : text;
  const labels = host.split('.');
  return isDns1123Subdomain(host) && labels.length > 1 && labels.every(isDns1123Label);
}

/** The beginning of a service's name, to which Kubernetes adds letters: it may end with a hyphen. */
export const isDns1035Prefix = (text: string): boolean =>
  isDns1035Label(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text);

export const dns1035Rule = 'lower-case letters, digits and hyphens, a letter first, at most 63 characters';
export const dns1123Rule =
  'lower-case letters, digits and hyphens, a letter or digit first, at most 63 characters';
export const hostRule = 'a host name in lower case, at most 253 characters';

/** What a traffic target may name as its revision, and what a label's key may be. */
export const isQualifiedName = (text: string): boolean => {
  const [name, domain, ...more] = text.split('/').reverse();
  return (
    more.length === 0 &&
    (domain === undefined || isDns1123Subdomain(domain)) &&
    /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(name ?? '')
  );
};

/** What the value of a label may be. */
export const isLabelValue = (text: string): boolean =>
  /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/.test(text);
