import { StatusError } from '../../kube-api/index.ts';

/** What is wrong with an object, field by field. */
export class FieldErrors {
  readonly #messages: string[] = [];

  add(message: string, ...paths: readonly string[]): void {
    this.#messages.push(paths.length === 0 ? message : `${message}: ${[...paths].sort().join(', ')}`);
  }

  outOfBounds(value: number | string, least: number | string, most: number | string, path: string): void {
    this.add(`expected ${least} <= ${value} <= ${most}`, path);
  }

  invalidValue(value: unknown, path: string): void {
    this.add(`invalid value: ${String(value)}`, path);
  }

  disallowed(...paths: readonly string[]): void {
    this.add('must not set the field(s)', ...paths);
  }

  missing(...paths: readonly string[]): void {
    this.add('missing field(s)', ...paths);
  }

  /** @throws StatusError `BadRequest`, if anything was added */
  refuse(): void {
    if (this.#messages.length === 0) return;
    const webhook = 'validation.webhook.serving.knative.dev';
    throw new StatusError(
      400,
      'BadRequest',
      `admission webhook "${webhook}" denied the request: validation failed: ${this.#messages.join('\n')}`,
    );
  }
}

const dns1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
export const isDns1035 = (name: string): boolean => name.length <= 63 && dns1035.test(name);
