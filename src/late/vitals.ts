import { type MetricType, onCLS, onFCP, onINP, onLCP, onTTFB } from 'web-vitals'
import type { TakeVital } from './load-vitals.ts'

/** Measures the page as Google's web-vitals library defines it; each metric is reported when it is final for now. */
export function startVitals(take: TakeVital): void {
  const report = ({ name, value, rating }: MetricType): void => {
    take({ name, value: Math.round(value * 1_000) / 1_000, rating })
  }
  onCLS(report)
  onFCP(report)
  onINP(report)
  onLCP(report)
  onTTFB(report)
}
