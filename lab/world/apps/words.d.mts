interface Words {
  headline: string
  teaser: string
  bold: string
  call: string
}

export declare const words: { en: Words; de: Words }
export declare const first: {
  language: string
  bold: string
  picture: string
  hasBefore: boolean
  items: string[]
  isHome: boolean
}
