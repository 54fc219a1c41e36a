const faces = [
  ...[400, 700].map((weight) => ['Montserrat', 'montserrat', weight] as const),
  ...[100, 300, 400, 700].map((weight) => ['Roboto Slab', 'roboto-slab', weight] as const),
]

/** The faces that the page asks Google for, from the same fonts' npm packages. */
export const fontsCss = faces
  .map(
    ([family, name, weight]) =>
      `@font-face{font-family:'${family}';font-weight:${weight};font-display:swap;` +
      `src:url(/vendor/fonts/${name}/${name}-latin-${weight}-normal.woff2) format('woff2')}`,
  )
  .join('\n')
