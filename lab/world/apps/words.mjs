/** The app's texts in its two languages; the first is what the brand's server sends. */
export const words = {
  en: { headline: 'Original headline', teaser: 'Original ', bold: 'teaser', call: 'Original call' },
  de: { headline: 'Andere Überschrift', teaser: 'Anderer ', bold: 'Anreißer', call: 'Anderer Aufruf' },
}

/** The app's state at first. */
export const first = {
  language: 'en',
  /** In the teaser: bold text, an element before it, or one in its place. */
  bold: 'b',
  /** `img`, `div` (another element in its place) or `none`. */
  picture: 'img',
  /** Something before the headline. */
  hasBefore: false,
  items: ['one', 'two', 'three'],
  /** False: another route, without slots. */
  isHome: true,
}
