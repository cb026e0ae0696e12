/** Go's `text/template`, cut into pieces. */

export interface Token {
  readonly kind: 'field' | 'dot' | 'variable' | 'name' | 'text' | 'number' | 'symbol';
  readonly text: string;
  /** Whether white space stands before it: `.A .B` are two values, `.A.B` is one. */
  readonly spaced: boolean;
}

export type Piece = { readonly text: string } | { readonly action: string };

/** What is wrong with a template, in words. */
export class TemplateError extends Error {}

/** Text and actions; trim marks and comments are seen to. @throws TemplateError */
export function pieces(template: string): Piece[] {
  const found: Piece[] = [];
  let rest = template;
  let trimNext = false;
  while (rest !== '') {
    const start = rest.indexOf('{{');
    let text = start < 0 ? rest : rest.slice(0, start);
    if (trimNext) text = text.replace(/^[ \t\r\n]+/, '');
    if (start < 0) return text === '' ? found : [...found, { text }];
    let body = rest.slice(start + 2);
    if (/^-[ \t\r\n]/.test(body)) {
      text = text.replace(/[ \t\r\n]+$/, '');
      body = body.slice(2);
    }
    if (text !== '') found.push({ text });
    const comment = /^\s*\/\*/.test(body);
    const end = comment ? commentEnd(body) : actionEnd(body);
    const inside = body.slice(0, end);
    trimNext = /[ \t\r\n]-$/.test(inside);
    if (!comment) found.push({ action: trimNext ? inside.slice(0, -2) : inside });
    rest = body.slice(end + 2);
  }
  return found;
}

/** Where an action ends: at the first braces that are not inside quotes. */
function actionEnd(body: string): number {
  const skipped = /"(?:\\.|[^"\\\n])*"|`[^`]*`|'(?:\\.|[^'\\\n])*'|\}\}|["'`\n]?/g;
  let at = 0;
  while (at < body.length) {
    skipped.lastIndex = at;
    const [token = ''] = skipped.exec(body) ?? [];
    if (token === '}}') return at;
    if (token === '"' || token === "'" || token === '`') throw new TemplateError('a quote that nothing ends');
    at += Math.max(token.length, 1);
  }
  throw new TemplateError('an action that nothing ends');
}

function commentEnd(body: string): number {
  const end = /\*\/(?:[ \t\r\n]-)?\}\}/.exec(body);
  if (end === null) throw new TemplateError('a comment that nothing ends');
  return end.index + end[0].length - 2;
}

const tokenText =
  /(\s*)(?:(\.[A-Za-z_]\w*)|(\$\w*)|("(?:\\.|[^"\\\n])*"|`[^`]*`|'(?:\\.|[^'\\\n])+')|([+-]?(?:\d[\w.]*|\.\d[\w]*)(?:(?<=[eEpP])[+-]\d+)?)|([A-Za-z_]\w*)|(:=|[|(),=])|(\.))/y;

/** The tokens of an action. @throws TemplateError */
export function tokens(action: string): Token[] {
  const found: Token[] = [];
  const text = action.replace(/\s+$/, '');
  const kinds = ['field', 'variable', 'text', 'number', 'name', 'symbol', 'dot'] as const;
  tokenText.lastIndex = 0;
  while (tokenText.lastIndex < text.length) {
    const match = tokenText.exec(text);
    if (match === null) throw new TemplateError(`"${text.slice(0, 40)}" cannot be read`);
    const at = match.findIndex((part, index) => index > 1 && part !== undefined);
    found.push({
      kind: kinds[at - 2] ?? 'symbol',
      text: match[at] ?? '',
      spaced: (match[1] ?? '') !== '' || found.length === 0,
    });
  }
  return found;
}
