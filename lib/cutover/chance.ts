/** ln(n!), by Stirling's series; exact enough for tail probabilities of counts. */
function logFactorial(n: number): number {
  if (n < 10) {
    let product = 1;
    for (let i = 2; i <= n; i++) product *= i;
    return Math.log(product);
  }
  return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * n) - 1 / (360 * n ** 3);
}

/**
 * The chance of `count` or more among `total`, when each has the chance `rate` (0–1): how surprising a number of bad
 * answers is in a service that is as good as it must be.
 */
export function chanceOfAtLeast(count: number, total: number, rate: number): number {
  if (count <= 0) return 1;
  if (count > total || rate <= 0) return 0;
  if (rate >= 1) return 1;
  const log = (k: number): number =>
    logFactorial(total) -
    logFactorial(k) -
    logFactorial(total - k) +
    k * Math.log(rate) +
    (total - k) * Math.log1p(-rate);
  const expected = rate * total;
  let sum = 0;
  // Summed on the side where the terms fall, so that neither many terms nor small differences are needed.
  if (count > expected) {
    for (let k = count; k <= total; k++) {
      const term = Math.exp(log(k));
      sum += term;
      if (term < sum * 1e-12) break;
    }
    return Math.min(1, sum);
  }
  for (let k = count - 1; k >= 0; k--) {
    const term = Math.exp(log(k));
    sum += term;
    if (term < sum * 1e-12) break;
  }
  return Math.max(0, 1 - sum);
}
