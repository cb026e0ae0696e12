/** Go's text templates, as far as Knative's config maps use them: host names, names of containers, log lines. */

import { functions, isTrue, printed, type Value } from './functions.ts';
import { type Command, type Node, type Operand, type Pipeline, parseTemplate } from './parse.ts';
import { TemplateError } from './tokens.ts';

export type TemplateValues = Readonly<Record<string, Value>>;

type Variables = Map<string, Value>;

/** A field of the root must be there; one of a map may be missing. */
function fieldOf(value: Value, name: string, root: Value): Value {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TemplateError(`there is no field ${name} in ${printed(value)}`);
  const map = value as TemplateValues;
  if (value === root && !Object.hasOwn(map, name)) throw new TemplateError(`there is no field ${name}`);
  return map[name];
}

class Run {
  readonly #root: Value;

  constructor(root: Value) {
    this.#root = root;
  }

  nodes(nodes: readonly Node[], dot: Value, variables: Variables): string {
    return nodes.map((node) => this.#node(node, dot, variables)).join('');
  }

  #node(node: Node, dot: Value, variables: Variables): string {
    if (node.kind === 'text') return node.text;
    if (node.kind === 'print') {
      const value = this.#pipeline(node.pipeline, dot, variables);
      return node.pipeline.declares.length > 0 ? '' : printed(value);
    }
    const inner = new Map(variables);
    const value = this.#pipeline(node.pipeline, dot, inner);
    if (node.kind === 'range' && isTrue(value)) return this.#range(node, value, inner);
    if (!isTrue(value)) return this.nodes(node.otherwise, dot, inner);
    return this.nodes(node.body, node.kind === 'with' ? value : dot, inner);
  }

  #range(
    node: Node & { readonly kind: 'if' | 'with' | 'range' },
    value: Value,
    variables: Variables,
  ): string {
    if (typeof value !== 'object' || value === null)
      throw new TemplateError('range asks a value without parts');
    const entries = Array.isArray(value)
      ? value.map((entry, index): [Value, Value] => [index, entry])
      : Object.entries(value as TemplateValues).sort(([a], [b]) => (a < b ? -1 : 1));
    const { declares } = node.pipeline;
    return entries
      .map(([key, entry]) => {
        const inner = new Map(variables);
        const [first, second] = declares;
        if (first !== undefined) inner.set(first, second === undefined ? entry : key);
        if (second !== undefined) inner.set(second, entry);
        return this.nodes(node.body, entry, inner);
      })
      .join('');
  }

  #pipeline({ commands, declares }: Pipeline, dot: Value, variables: Variables): Value {
    let value: Value;
    commands.forEach((command, index) => {
      value = this.#command(command, dot, variables, index === 0 ? [] : [value]);
    });
    for (const name of declares) variables.set(name, value);
    return value;
  }

  #command(command: Command, dot: Value, variables: Variables, piped: readonly Value[]): Value {
    const [head, ...rest] = command;
    if (head === undefined) throw new TemplateError('a command is missing');
    if (head.kind !== 'function') {
      if (rest.length + piped.length > 0)
        throw new TemplateError('a value that is no function is given arguments');
      if (head.kind === 'value' && head.value === null) throw new TemplateError('nil is no command');
      return this.#operand(head, dot, variables);
    }
    return this.#call(head, [...rest.map((operand) => () => this.#operand(operand, dot, variables))], piped);
  }

  #call(
    head: Operand & { kind: 'function' },
    given: readonly (() => Value)[],
    piped: readonly Value[],
  ): Value {
    const { name, fields } = head;
    const called = functions[name];
    const count = given.length + piped.length;
    if (called === undefined || count < called.least || count > called.most)
      throw new TemplateError(`${name} is given ${count} arguments`);
    const values: Value[] = [];
    for (const value of given) {
      values.push(value());
      const last = values.at(-1);
      if ((name === 'and' && !isTrue(last)) || (name === 'or' && isTrue(last))) return last;
    }
    const result = called.apply([...values, ...piped]);
    return fields.reduce<Value>((part, field) => fieldOf(part, field, this.#root), result);
  }

  #operand(operand: Operand, dot: Value, variables: Variables): Value {
    const start = ((): Value => {
      switch (operand.kind) {
        case 'value':
          return operand.value;
        case 'dot':
          return dot;
        case 'variable':
          return variables.get(operand.name);
        case 'pipeline':
          return this.#pipeline(operand.pipeline, dot, new Map(variables));
        case 'function':
          return this.#call(operand, [], []);
      }
    })();
    if (operand.kind === 'function') return start;
    return operand.fields.reduce<Value>((part, field) => fieldOf(part, field, this.#root), start);
  }
}

const rendered = (template: string, values: TemplateValues): string =>
  new Run(values).nodes(parseTemplate(template), values, new Map([['$', values]]));

/** What a template makes of some values; undefined where it cannot be read, or asks for what is not there. */
export function renderTemplate(template: string, values: TemplateValues): string | undefined {
  if (!template.includes('{{')) return template;
  return templateProblem(template, values) === undefined ? rendered(template, values) : undefined;
}

/** What is wrong with a template, or with what it asks of the values. `values` left out: it is only read. */
export function templateProblem(template: string, values?: TemplateValues): string | undefined {
  try {
    if (values === undefined) parseTemplate(template);
    else rendered(template, values);
    return undefined;
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
}
