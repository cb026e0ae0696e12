/** What an answer holds: text and numbers, structures, and lists. */
export type Answer = string | number | boolean | readonly Answer[] | { readonly [name: string]: Answer };

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (mark) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[mark] ?? '&quot;');

/** An answer in the XML of AWS's Query protocol: each element of a list is a `member`. */
export function toXml(answer: Answer): string {
  if (Array.isArray(answer)) return answer.map((one: Answer) => `<member>${toXml(one)}</member>`).join('');
  if (typeof answer !== 'object') return escaped(String(answer));
  return Object.entries(answer)
    .map(([name, value]) => `<${name}>${toXml(value as Answer)}</${name}>`)
    .join('');
}
