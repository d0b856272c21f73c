"""statistics: averages, spread, regression, kernel, normal distributions."""

import decimal
import fractions
import random

from _fresh import attempt, fresh

MODULES = ("statistics",)

F, D = fractions.Fraction, decimal.Decimal
SAMPLES = [[1, 2, 3, 4], [1.5, 2.25, 1e16, 1.0, -1e16], [F(1, 3), F(2, 5), F(7)], [D("0.1"), D("0.2"), D(4)], [3], [], [1.0, float("inf")], [0, 1, 1, 2], ["a"], [1.5, 2.5]]
FUNCTIONS = ["mean", "fmean", "geometric_mean", "harmonic_mean", "median", "median_low", "median_high", "median_grouped", "mode", "multimode",
             "pstdev", "pvariance", "stdev", "variance", "quantiles"]


def main():
    with fresh(MODULES) as (statistics,):
        for name in FUNCTIONS:
            for sample in SAMPLES:
                print(name, attempt(getattr(statistics, name), sample))
        print(statistics.fmean([1, 2, 3], [3, 1, 1]), attempt(statistics.fmean, [1], [1, 2]), attempt(statistics.fmean, [1], [0]))
        print(statistics.harmonic_mean([2, 3], weights=[1, 3]), attempt(statistics.harmonic_mean, [1, -1]), attempt(statistics.harmonic_mean, [1], [1, 2]))
        print(statistics.quantiles(range(20), n=5, method="inclusive"), attempt(statistics.quantiles, [1, 2], n=0), attempt(statistics.quantiles, [1, 2], method="x"))
        x, y = [1, 2, 3, 4, 5], [2.1, 3.9, 6.2, 8.1, 9.8]
        print(statistics.covariance(x, y), statistics.correlation(x, y), statistics.linear_regression(x, y), statistics.linear_regression(x, y, proportional=True))
        print(attempt(statistics.covariance, [1], [1]), attempt(statistics.correlation, [1, 1], [1, 2]), attempt(statistics.linear_regression, [1, 1], [2, 3]), attempt(statistics.covariance, [1], []))
        n = statistics.NormalDist(100, 15)
        print(n.pdf(110), n.cdf(85), n.inv_cdf(0.3), n.inv_cdf(0.0001), n.overlap(statistics.NormalDist(90, 12)), n.quantiles(5), n.zscore(1), n + n, n - 3, n * 2, n / 2, -n, 5 + n, 5 - n)
        print(n == statistics.NormalDist(100, 15), hash(n), repr(n), attempt(statistics.NormalDist, 1, -1), attempt(n.inv_cdf, 2), attempt(statistics.NormalDist(1, 0).pdf, 1), attempt(n.overlap, 3))
        rng = random.Random(7)
        print(statistics.NormalDist.from_samples([rng.gauss(5, 2) for _ in range(200)]), statistics.NormalDist().samples(3, seed=1))
        print(statistics.pvariance([1, 2], mu=1), statistics.variance([1.0, 2.5], xbar=2.0), statistics.stdev([D(1), D(3)]), attempt(statistics.stdev, [F(1), F(2)]))
        if hasattr(statistics, "kde"):
            for kernel in ("normal", "logistic", "sigmoid", "rectangular", "triangular", "parabolic", "quartic", "triweight", "cosine"):
                print(kernel, statistics.kde([1, 2, 4], 0.5, kernel)(1.7), statistics.kde([1, 2, 4], 0.5, kernel, cumulative=True)(1.7))
            print(attempt(statistics.kde, [1], 0), attempt(statistics.kde, [], 1), attempt(statistics.kde, [1], 1, "no"))
            print(statistics.kde_random([1, 2, 4], 0.5, "cosine", seed=3)())


if __name__ == "__main__":
    main()
