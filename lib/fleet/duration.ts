import { ZeroshiftError } from '../messages/error.ts';

const unitMilliseconds = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof unitMilliseconds;

type Amount = `${number}${Unit}`;

/** A length of time as it is written, the longer units first: `500ms`, `30s`, `5m`, `1h30m`, `3d`. */
export type DurationText = Amount | `${number}${'d' | 'h' | 'm'}${Amount}` | `${number}d${number}h${Amount}`;

/** A length of time. Written `500ms`, `30s`, `5m`, `1h30m`, `3d`. */
export class Duration {
  private constructor(readonly milliseconds: number) {
    Object.freeze(this);
  }

  static milliseconds(amount: number): Duration {
    if (!Number.isFinite(amount) || amount < 0)
      throw new ZeroshiftError(`a duration cannot be ${amount} ms`, {
        code: 'duration.invalid',
        source: 'user',
        problems: [{ where: 'duration', value: amount, allowed: 'a number of milliseconds, 0 or more' }],
      });
    return new Duration(amount);
  }

  static seconds(amount: number): Duration {
    return Duration.milliseconds(amount * 1000);
  }

  /** @throws ZeroshiftError `duration.invalid` */
  static parse(text: string): Duration {
    const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
    if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text)
      throw new ZeroshiftError(`"${text}" is not a duration`, {
        code: 'duration.invalid',
        source: 'user',
        problems: [{ where: 'duration', value: text, allowed: Duration.allowed }],
      });
    return new Duration(
      parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * unitMilliseconds[unit as Unit], 0),
    );
  }

  static readonly allowed = 'a duration such as 500ms, 30s, 5m, 1h30m or 3d';

  get seconds(): number {
    return this.milliseconds / 1000;
  }

  toString(): string {
    if (this.milliseconds === 0) return '0s';
    let rest = this.milliseconds;
    let text = '';
    for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
      const amount = Math.floor(rest / unitMilliseconds[unit]);
      if (amount > 0) text += `${amount}${unit}`;
      rest -= amount * unitMilliseconds[unit];
    }
    return text === '' ? '0s' : text;
  }

  toJSON(): string {
    return this.toString();
  }
}
