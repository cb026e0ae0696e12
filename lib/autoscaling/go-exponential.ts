/**
 * e^x as Go's assembly for amd64 answers it, to the last bit. JavaScript's `Math.exp` is off by one there for
 * some arguments, and a weighted average must not differ from upstream's by the machine it ran on.
 */

const ln2High = 0.693147180559663;
const ln2Low = 2.8235290563031577e-13;
const inverseFactorials = [7, 6, 5, 4, 3, 2, 1].map((n) => {
  let factorial = 1;
  for (let k = 2; k <= n; k++) factorial *= k;
  return 1 / factorial;
});

/** e^x for a modest x (|x| < 700). */
export function goExp(x: number): number {
  const exponent = roundHalfEven(x * Math.LOG2E);
  const rest = fma(-ln2Low, exponent, fma(-ln2High, exponent, x)) / 16;
  let series = 1 / 40_320;
  for (const coefficient of inverseFactorials) series = fma(series, rest, coefficient);
  // e^(16 r) − 1 from e^r − 1 by squaring four times; the last step adds the 1.
  let power = rest * series;
  for (let step = 0; step < 3; step++) power *= power + 2;
  return fma(power + 2, power, 1) * 2 ** exponent;
}

const roundHalfEven = (value: number): number => {
  const below = Math.floor(value);
  const over = value - below;
  if (over === 0.5) return below % 2 === 0 ? below : below + 1;
  return over < 0.5 ? below : below + 1;
};

/** a × b + c, rounded once. */
function fma(a: number, b: number, c: number): number {
  const [am, ae] = split(a);
  const [bm, be] = split(b);
  const [cm, ce] = split(c);
  const low = Math.min(ae + be, ce);
  const sum = ((am * bm) << BigInt(ae + be - low)) + (cm << BigInt(ce - low));
  // BigInt to number rounds to nearest, ties to even; the power of two is then exact.
  return Number(sum) * 2 ** low;
}

/** A finite number as integer × 2^exponent. */
function split(value: number): [bigint, number] {
  if (value === 0) return [0n, 0];
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(value))), -1000) - 60;
  return [BigInt(Math.trunc(value * 2 ** -exponent)), exponent];
}
