/** Replace the slot's content with text. */
export interface TextOperation {
  /** Kind of the operation. */
  op: 'text'
  /** The text. */
  value: string
}

/** Replace the slot's content with HTML that the service sanitised when the catalog was published. */
export interface HtmlOperation {
  /** Kind of the operation. */
  op: 'html'
  /** The HTML. */
  value: string
}

/** Set an attribute, or remove it with `null`. The catalog allows only what passes `isSafeAttribute`. */
export interface AttributeOperation {
  /** Kind of the operation. */
  op: 'attribute'
  /** Name of the attribute. */
  name: string
  /** Its value; `null` removes it. */
  value: string | null
}

/** Add one class name, or with `on: false` remove it. */
export interface ClassOperation {
  /** Kind of the operation. */
  op: 'class'
  /** The class name. */
  name: string
  /** False removes it. */
  on: boolean
}

/** Set one CSS property, named in kebab case, in the slot's `style`. */
export interface StyleOperation {
  /** Kind of the operation. */
  op: 'style'
  /** Name of the CSS property. */
  name: string
  /** Its value. */
  value: string
}

/**
 * One typed change to a slot; there is none that runs code. What a catalog says with more comfort (`image`,
 * `background`) the service turns into these when it loads the catalog, so that the tag stays small.
 */
export type Operation = TextOperation | HtmlOperation | AttributeOperation | ClassOperation | StyleOperation
