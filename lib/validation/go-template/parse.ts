import { functions } from './functions.ts';
import { pieces, TemplateError, type Token, tokens } from './tokens.ts';

export type Operand =
  | {
      readonly kind: 'value';
      readonly value: string | number | boolean | null;
      readonly fields: readonly string[];
    }
  | { readonly kind: 'dot'; readonly fields: readonly string[] }
  | { readonly kind: 'variable'; readonly name: string; readonly fields: readonly string[] }
  | { readonly kind: 'pipeline'; readonly pipeline: Pipeline; readonly fields: readonly string[] }
  | { readonly kind: 'function'; readonly name: string; readonly fields: readonly string[] };

/** An operand and its arguments. */
export type Command = readonly Operand[];

export interface Pipeline {
  readonly declares: readonly string[];
  readonly commands: readonly Command[];
}

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly pipeline: Pipeline }
  | {
      readonly kind: 'if' | 'with' | 'range';
      readonly pipeline: Pipeline;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    };

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

function unquoted(text: string): string | number {
  if (text.startsWith('`')) return text.slice(1, -1);
  const inside = text.slice(1, -1).replace(/\\(u[\da-fA-F]{4}|x[\da-fA-F]{2}|.)/g, (_, code: string) => {
    if (code.length > 1) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    const escaped = escapes[code];
    if (escaped === undefined) throw new TemplateError(`\\${code} is no escape`);
    return escaped;
  });
  return text.startsWith("'") ? (inside.codePointAt(0) ?? 0) : inside;
}

function numberOf(text: string): number {
  const value = Number(text.replace('+', '').replaceAll('_', ''));
  if (Number.isNaN(value)) throw new TemplateError(`${text} is no number`);
  return value;
}

/** Reads one action's pipeline. Every variable must be declared, every function known. */
class PipelineReader {
  #at = 0;
  readonly #tokens: readonly Token[];
  readonly #variables: Set<string>;

  constructor(read: readonly Token[], variables: Set<string>) {
    this.#tokens = read;
    this.#variables = variables;
  }

  whole(): Pipeline {
    const pipeline = this.#pipeline();
    if (this.#tokens[this.#at] !== undefined) throw this.#unexpected();
    return pipeline;
  }

  #pipeline(): Pipeline {
    const declares = this.#declarations();
    const commands: Command[] = [];
    do commands.push(this.#command(commands.length > 0));
    while (
      // A pipe that leads nowhere is let through: so does Go.
      this.#take('|') &&
      this.#tokens[this.#at] !== undefined
    );
    for (const name of declares) this.#variables.add(name);
    return { declares, commands };
  }

  #declarations(): string[] {
    const [first, second, third, fourth] = this.#tokens.slice(this.#at);
    if (first?.kind !== 'variable') return [];
    if (second?.text === ':=' || second?.text === '=') {
      if (second.text === '=' && !this.#variables.has(first.text)) throw this.#undeclared(first.text);
      this.#at += 2;
      return [first.text];
    }
    if (second?.text !== ',' || third?.kind !== 'variable' || !/^:?=$/.test(fourth?.text ?? '')) return [];
    this.#at += 4;
    return [first.text, third.text];
  }

  #command(piped: boolean): Command {
    const operands: Operand[] = [];
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token === undefined || token.text === '|' || token.text === ')') break;
      if (operands.length > 0 && !token.spaced && token.text !== '(') throw this.#unexpected();
      operands.push(this.#operand());
    }
    const [first] = operands;
    if (first === undefined) throw new TemplateError('a command is missing');
    if (piped && first.kind === 'value') throw new TemplateError('a value cannot take what is piped into it');
    return operands;
  }

  #operand(): Operand {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new TemplateError('a value is missing');
    switch (token.kind) {
      case 'dot':
        return { kind: 'dot', fields: this.#fields() };
      case 'field':
        return { kind: 'dot', fields: [token.text.slice(1), ...this.#fields()] };
      case 'variable':
        if (!this.#variables.has(token.text)) throw this.#undeclared(token.text);
        return { kind: 'variable', name: token.text, fields: this.#fields() };
      case 'text':
        return { kind: 'value', value: unquoted(token.text), fields: this.#fields() };
      case 'number':
        return { kind: 'value', value: numberOf(token.text), fields: this.#fields() };
      case 'name':
        return this.#named(token.text);
      default:
        if (token.text !== '(') throw this.#unexpected(-1);
        return this.#bracketed();
    }
  }

  #named(name: string): Operand {
    const constants = new Map([
      ['true', true],
      ['false', false],
      ['nil', null],
    ] as const);
    const constant = constants.get(name as 'nil');
    if (constant !== undefined) return { kind: 'value', value: constant, fields: this.#fields() };
    if (!Object.hasOwn(functions, name)) throw new TemplateError(`there is no function ${name}`);
    return { kind: 'function', name, fields: this.#fields() };
  }

  #bracketed(): Operand {
    const pipeline = this.#pipeline();
    if (!this.#take(')')) throw new TemplateError('a bracket that nothing ends');
    return { kind: 'pipeline', pipeline, fields: this.#fields() };
  }

  #fields(): string[] {
    const names: string[] = [];
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token?.kind !== 'field' || token.spaced) return names;
      names.push(token.text.slice(1));
      this.#at++;
    }
  }

  #take(symbol: string): boolean {
    const takes = this.#tokens[this.#at]?.text === symbol && this.#tokens[this.#at]?.kind === 'symbol';
    if (takes) this.#at++;
    return takes;
  }

  #unexpected = (offset = 0): TemplateError =>
    new TemplateError(`${this.#tokens[this.#at + offset]?.text ?? 'the end'} is not expected`);

  #undeclared = (name: string): TemplateError => new TemplateError(`the variable ${name} is not declared`);
}

interface Open {
  readonly kind: 'root' | 'if' | 'with' | 'range';
  readonly pipeline?: Pipeline;
  readonly body: Node[];
  readonly otherwise: Node[];
  inElse: boolean;
  /** An `else if` closes together with the `if` that it belongs to. */
  readonly closesParent: boolean;
  readonly variables: Set<string>;
}

/** Reads a template. @throws TemplateError */
export function parseTemplate(template: string): readonly Node[] {
  const stack: Open[] = [];
  const open = (
    kind: Open['kind'],
    variables: Set<string>,
    pipeline?: Pipeline,
    closesParent = false,
  ): void => {
    const scope = { kind, body: [], otherwise: [], inElse: false, closesParent, variables };
    stack.push(pipeline === undefined ? scope : { ...scope, pipeline });
  };
  const current = (): Open => {
    const top = stack.at(-1);
    if (top === undefined) throw new TemplateError('an end that ends nothing');
    return top;
  };
  const add = (node: Node): void => {
    const top = current();
    (top.inElse ? top.otherwise : top.body).push(node);
  };
  const begin = (kind: 'if' | 'with' | 'range', text: string, closesParent = false): void => {
    const variables = new Set(current().variables);
    open(kind, variables, new PipelineReader(tokens(text), variables).whole(), closesParent);
  };
  const close = (): void => {
    const { kind, pipeline, body, otherwise, closesParent } = current();
    if (kind === 'root' || pipeline === undefined) throw new TemplateError('an end that ends nothing');
    stack.pop();
    add({ kind, pipeline, body, otherwise });
    if (closesParent) close();
  };
  open('root', new Set(['$']));
  for (const piece of pieces(template)) {
    if ('text' in piece) {
      add({ kind: 'text', text: piece.text });
      continue;
    }
    const action = piece.action.trim();
    const [, word = '', rest = ''] = /^([a-z]+)\b\s*([\s\S]*)$/.exec(action) ?? [];
    if (word === 'if' || word === 'with' || word === 'range') begin(word, rest);
    else if (word === 'end' && rest === '') close();
    else if (word === 'else') {
      if (current().kind === 'root' || current().inElse)
        throw new TemplateError('an else that belongs to nothing');
      current().inElse = true;
      const [, next = '', condition = ''] = /^(if|with)\b\s*([\s\S]*)$/.exec(rest) ?? [];
      if (next === 'if' || next === 'with') begin(next, condition, true);
      else if (rest !== '') throw new TemplateError(`${rest} is not expected`);
    } else if (action === '') throw new TemplateError('a value is missing');
    else add({ kind: 'print', pipeline: new PipelineReader(tokens(action), current().variables).whole() });
  }
  if (stack.length > 1) throw new TemplateError('an action that no end ends');
  return current().body;
}
