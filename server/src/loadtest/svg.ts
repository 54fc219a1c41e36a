import { type Bar, barsOf } from './bars.ts'
import { type Latencies, quantileMs } from './latencies.ts'

const [LEFT, TOP, HEIGHT, STEP] = [56, 48, 220, 56]

function column({ untilMs, pct }: Bar, index: number, largestPct: number): string {
  const height = (pct / largestPct) * HEIGHT
  const [x, y] = [LEFT + index * STEP, TOP + HEIGHT - height]
  const middle = x + STEP / 2
  return [
    `<rect x="${x + 4}" y="${y.toFixed(1)}" width="${STEP - 8}" height="${height.toFixed(1)}" fill="#3b6fd4"/>`,
    `<text x="${middle}" y="${(y - 6).toFixed(1)}">${pct < 0.1 ? pct.toFixed(3) : pct.toFixed(1)} %</text>`,
    `<text x="${middle}" y="${TOP + HEIGHT + 18}">≤ ${untilMs}</text>`,
  ].join('')
}

/** Draws latencies as a picture: one column a bar, readable on light and on dark. */
export function latencySvg(title: string, latencies: Latencies): string {
  const bars = barsOf(latencies)
  const largestPct = Math.max(...bars.map(({ pct }) => pct))
  const width = Math.max(640, LEFT + bars.length * STEP + 24)
  const quantiles = [0.5, 0.99, 0.999]
    .map((share) => `p${share * 100} ${quantileMs(latencies, share).toFixed(2)} ms`)
    .join(' · ')
  const safe = title.replace(/[<>&]/g, '')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${TOP + HEIGHT + 48}" role="img" aria-label="${safe}: ${quantiles}">
<style>text{font:11px system-ui,sans-serif;text-anchor:middle;fill:#222}.t{font-size:14px;text-anchor:start}</style>
<rect width="100%" height="100%" fill="#fff"/>
<text class="t" x="16" y="22">${safe}</text><text class="t" x="16" y="40">${quantiles}</text>
${bars.map((bar, index) => column(bar, index, largestPct)).join('\n')}
<text x="${width / 2}" y="${TOP + HEIGHT + 38}">ms</text>
</svg>
`
}
