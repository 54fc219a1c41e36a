"""Writes the fixtures of server/test/statistics with published libraries: python statistics-fixtures.py FOLDER."""

import json
import sys
from pathlib import Path

import numpy as np
from confseq import boundaries
from scipy import integrate, optimize, stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import _tconfint_generic

SEED = 20210306
CASES = 200
ALPHAS = [0.1, 0.05, 0.01, 0.001]

random = np.random.default_rng(SEED)


def number(value):
    return float(value)


def group():
    """Moments of a group: a few visitors or millions, rates as well as amounts."""
    return {
        "count": int(10 ** random.uniform(1, 7)),
        "mean": number(10 ** random.uniform(-3, 2)),
        "variance": number(10 ** random.uniform(-3, 4)),
    }


def welch():
    control, variant = group(), group()
    # Means near enough to each other for p-values of all sizes.
    error = np.sqrt(control["variance"] / control["count"] + variant["variance"] / variant["count"])
    variant["mean"] = number(control["mean"] + error * random.normal() * 3)
    alpha = ALPHAS[random.integers(len(ALPHAS))]
    test = stats.ttest_ind_from_stats(
        variant["mean"], np.sqrt(variant["variance"]), variant["count"],
        control["mean"], np.sqrt(control["variance"]), control["count"], equal_var=False,
    )
    errors = [one["variance"] / one["count"] for one in (control, variant)]
    degrees = sum(errors) ** 2 / sum(e**2 / (one["count"] - 1) for e, one in zip(errors, (control, variant)))
    low, high = _tconfint_generic(variant["mean"] - control["mean"], error, degrees, alpha, "two-sided")
    return {
        "control": control, "variant": variant, "alpha": alpha, "pValue": number(test.pvalue),
        "low": number(low), "high": number(high), "lift": lift(control, variant, stats.t.isf(alpha / 2, degrees)),
    }


def lift(control, variant, distance):
    """Ends of the lift by search: ratios at which the variant is as many standard errors away. Null without an upper end."""
    def excess(ratio):
        error = np.sqrt(variant["variance"] / variant["count"] + ratio**2 * control["variance"] / control["count"])
        return abs(variant["mean"] - ratio * control["mean"]) - distance * error

    if control["mean"] <= distance * np.sqrt(control["variance"] / control["count"]):
        return None
    middle = variant["mean"] / control["mean"]
    reach = 1.0
    while excess(middle - reach) < 0 or excess(middle + reach) < 0:
        reach *= 2
    ends = [optimize.brentq(excess, middle, end, xtol=1e-14, rtol=1e-14) for end in (middle - reach, middle + reach)]
    return [number(end - 1) for end in ends]


def sequential():
    planned = int(10 ** random.uniform(2, 6))
    count = int(10 ** random.uniform(1, 7))
    z = number(random.normal() * 3)
    alpha = ALPHAS[random.integers(len(ALPHAS))]
    bound = boundaries.normal_mixture_bound(count, alpha, planned, 0.05, False)
    evidence = boundaries.normal_log_mixture(abs(z) * np.sqrt(count), count, planned, 0.05, False)
    return {
        "planned": planned, "count": count, "z": z, "alpha": alpha,
        "critical": number(bound / np.sqrt(count)), "logEvidence": number(evidence),
    }


def mixture():
    """Evidence of a mixture with two peaks, by integration of the likelihood ratios of all its effects."""
    count = int(10 ** random.uniform(1, 6))
    z = number(random.normal() * 3)
    centre, spread = [number(10 ** random.uniform(-1, 0.7) / np.sqrt(count)) for _ in range(2)]
    total = z * np.sqrt(count)

    def density(effect):
        peaks = stats.norm.pdf(effect, centre, spread) + stats.norm.pdf(effect, -centre, spread)
        return peaks / 2 * np.exp(effect * total - effect**2 * count / 2)

    # Where the likelihood or the mixture has weight at all.
    reach = max(centre + 12 * spread, (abs(z) + 12) / np.sqrt(count))
    points = sorted({-centre, centre, total / count, 0})
    value, _ = integrate.quad(density, -reach, reach, points=points, limit=500, epsabs=0, epsrel=1e-12)
    return {"count": count, "z": z, "centre": centre, "spread": spread, "logEvidence": number(np.log(value))}


def ratio():
    shares = random.integers(2, 6)
    weights = [int(weight) for weight in random.integers(1, 100, shares)]
    total = int(10 ** random.uniform(2, 7))
    skew = np.exp(random.normal(0, 2 / np.sqrt(total), shares)) * weights
    counts = [int(count) for count in random.multinomial(total, skew / skew.sum())]
    expected = np.array(weights) / sum(weights) * sum(counts)
    test = stats.chisquare(counts, expected)
    return {"counts": counts, "weights": weights, "chiSquare": number(test.statistic), "pValue": number(test.pvalue)}


def holm():
    p_values = [number(p) for p in random.uniform(0, 1, random.integers(1, 8)) ** 3]
    return {"pValues": p_values, "adjusted": [number(p) for p in multipletests(p_values, method="holm")[1]]}


def cuped():
    """Effect of a variant by regression of the value on the group and on what was known before: ordinary least squares."""
    counts = [int(count) for count in random.integers(20, 200, 2)]
    share = random.uniform(0, 1)
    before = [random.integers(0, 10_000, count) for count in counts]
    values = [
        np.rint(share * known + (1 - share) * random.integers(0, 10_000, len(known)) + 300 * index).astype(int)
        for index, known in enumerate(before)
    ]
    value, known = np.concatenate(values), np.concatenate(before)
    treated = np.repeat([0.0, 1.0], counts)
    plain = OLS(value, np.column_stack([np.ones_like(treated), treated])).fit()
    adjusted = OLS(value, np.column_stack([np.ones_like(treated), treated, known])).fit()
    groups = [
        {
            "visitors": len(v), "value": int(v.sum()), "squares": int((v**2).sum()), "before": int(b.sum()),
            "beforeSquares": int((b**2).sum()), "products": int((v * b).sum()),
        }
        for v, b in zip(values, before)
    ]
    return {
        "groups": groups, "effect": number(adjusted.params[1]), "explained": number(1 - adjusted.ssr / plain.ssr),
        "residuals": number(adjusted.ssr),
    }


KINDS = {"welch": welch, "sequential": sequential, "mixture": mixture, "ratio": ratio, "holm": holm, "cuped": cuped}

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for name, make in KINDS.items():
    cases = ",\n".join(json.dumps(make()) for _ in range(CASES))
    (folder / f"{name}.json").write_text(f"[\n{cases}\n]\n")
