const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A Kubernetes quantity, such as `250m`, `1Gi` or `2e3`, as a number; 0 for what is none. */
export function quantity(text: unknown): number {
  if (typeof text === 'number') return Number.isFinite(text) ? text : 0;
  if (typeof text !== 'string') return 0;
  const [, digits = '', unit = ''] =
    /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([A-Za-z]{0,2})$/.exec(text.trim()) ?? [];
  const factor = factors[unit];
  const value = Number(digits);
  return digits === '' || factor === undefined || !Number.isFinite(value) ? 0 : value * factor;
}
