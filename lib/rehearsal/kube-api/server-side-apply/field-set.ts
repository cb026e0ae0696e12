import { type Fields, isFields } from '../json-value.ts';

/**
 * Paths of an object's fields. A step is written as in `fieldsV1`: `f:name`, `k:{"name":"web"}` for an item told by
 * its keys, `v:"value"` for an item of a set.
 */
export type FieldPath = readonly string[];

const separator = '\u0000';

/** An immutable set of paths, with `fieldsV1` as its written form. */
export class FieldSet {
  static readonly empty = new FieldSet(new Set());
  readonly #members: ReadonlySet<string>;

  private constructor(members: ReadonlySet<string>) {
    this.#members = members;
  }

  static of(paths: Iterable<FieldPath>): FieldSet {
    return new FieldSet(new Set([...paths].map((path) => path.join(separator))));
  }

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  has(path: FieldPath): boolean {
    return this.#members.has(path.join(separator));
  }

  /** Whether the path or anything below it is in the set. */
  covers(path: FieldPath): boolean {
    const start = path.join(separator);
    if (this.#members.has(start)) return true;
    for (const member of this.#members) if (member.startsWith(start + separator)) return true;
    return false;
  }

  union(other: FieldSet): FieldSet {
    return new FieldSet(new Set([...this.#members, ...other.#members]));
  }

  difference(other: FieldSet): FieldSet {
    return this.filter((member) => !other.#members.has(member));
  }

  intersection(other: FieldSet): FieldSet {
    return this.filter((member) => other.#members.has(member));
  }

  equals(other: FieldSet): boolean {
    return this.#members.size === other.#members.size && this.difference(other).isEmpty;
  }

  /** Sorted, so that messages do not depend on the order of writes. */
  paths(): FieldPath[] {
    return [...this.#members].sort().map((member) => member.split(separator));
  }

  private filter(keep: (member: string) => boolean): FieldSet {
    return new FieldSet(new Set([...this.#members].filter(keep)));
  }

  toFieldsV1(): Fields {
    const root: Fields = {};
    for (const path of this.paths()) {
      let node = root;
      for (const step of path) {
        const next = node[step] ?? {};
        node[step] = next;
        node = next as Fields;
      }
      node['.'] = {};
    }
    return withoutLeafDots(root);
  }

  static fromFieldsV1(fields: unknown): FieldSet {
    const members = new Set<string>();
    const walk = (node: unknown, path: readonly string[]): void => {
      if (!isFields(node)) return;
      const steps = Object.entries(node);
      if (steps.length === 0 && path.length > 0) members.add(path.join(separator));
      for (const [step, child] of steps) {
        if (step === '.') members.add(path.join(separator));
        else walk(child, [...path, step]);
      }
    };
    walk(fields, []);
    return new FieldSet(members);
  }
}

/** A member with nothing below it is written `{}`, one with fields below it has a `.` among them. */
function withoutLeafDots(node: Fields): Fields {
  const entries = Object.entries(node);
  if (entries.length === 1 && entries[0]?.[0] === '.') return {};
  return Object.fromEntries(
    entries.map(([step, child]) => [step, step === '.' ? {} : withoutLeafDots(child as Fields)]),
  );
}

/** `.spec.containers[name="web"].image`, as conflicts name a field. */
export function pathText(path: FieldPath): string {
  return path
    .map((step) => {
      const rest = step.slice(2);
      if (step.startsWith('f:')) return `.${rest}`;
      if (step.startsWith('v:')) return `[=${rest}]`;
      const keys = Object.entries(JSON.parse(rest) as Fields);
      return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
    })
    .join('');
}
