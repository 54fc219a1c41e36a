/** Replace the slot's content with text. */
export interface TextOperation {
  op: 'text'
  value: string
}

/** Replace the slot's content with HTML that the service sanitised when the catalog was published. */
export interface HtmlOperation {
  op: 'html'
  value: string
}

/** Set an attribute, or remove it with `null`. The catalog allows only what passes `isSafeAttribute`. */
export interface AttributeOperation {
  op: 'attribute'
  name: string
  value: string | null
}

/** Add one class name, or with `on: false` remove it. */
export interface ClassOperation {
  op: 'class'
  name: string
  on: boolean
}

/** Set one CSS property, named in kebab case, in the slot's `style`. */
export interface StyleOperation {
  op: 'style'
  name: string
  value: string
}

/**
 * One typed change to a slot; there is none that runs code. What a catalog says with more comfort (`image`,
 * `background`) the service turns into these when it loads the catalog, so that the tag stays small.
 */
export type Operation = TextOperation | HtmlOperation | AttributeOperation | ClassOperation | StyleOperation
