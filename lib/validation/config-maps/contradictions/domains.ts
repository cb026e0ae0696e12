import type { Settings } from './settings.ts';

/** `config-domain`: domains of which another always wins. */
export function checkDomainSelectors(domains: Settings): void {
  const first = new Map<string, string>();
  for (const name of Object.keys(domains.texts).sort()) {
    const selector = selectorOf(domains.text(name));
    const winner = first.get(selector);
    if (winner === undefined) first.set(selector, name);
    else
      domains.refuse(
        name,
        selector === '{}'
          ? `a selector: ${winner} is the domain of all services already, and wins`
          : `another selector than that of ${winner}, which wins`,
      );
  }
}

/** A domain's labels in one order, so that equal ones are equal. */
function selectorOf(text: string): string {
  if (text === '') return '{}';
  const { selector = {} } = JSON.parse(text) as { readonly selector?: Readonly<Record<string, string>> };
  return JSON.stringify(Object.fromEntries(Object.entries(selector).sort(([a], [b]) => (a < b ? -1 : 1))));
}
