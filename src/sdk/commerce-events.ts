import type { JsonObject } from '../protocol/index.ts'

/**
 * Properties with a meaning, and any others that the site sets.
 * @param Known the properties that have one
 */
export type OpenProperties<Known> = Known & JsonObject

/** A product, in each event that is about one, and in the lists of those that are about several. */
export interface ProductProperties {
  /** Id in the shop's database. */
  product_id?: string
  /** Number that the shop's customers see; it may be the same as the id. */
  sku?: string
  /** Category, as the shop names it. */
  category?: string
  /** Name. */
  name?: string
  /** Brand or maker. */
  brand?: string
  /** Colour, size or other choice. */
  variant?: string
  /** Price of one. */
  price?: number
  /** Number of pieces. */
  quantity?: number
  /** Code of a coupon for it. */
  coupon?: string
  /** Place in a list, from 1. */
  position?: number
  /** Currency of the price, ISO 4217. */
  currency?: string
  /** Price of all pieces together. */
  value?: number
  /** Address of its page. */
  url?: string
  /** Address of its picture. */
  image_url?: string
}

/** Several products. */
export interface ProductsProperties {
  /** The products, in their order on the page. */
  products?: OpenProperties<ProductProperties>[]
}

/** A search for products. */
export interface SearchProperties {
  /** Words that were searched for. */
  query?: string | JsonObject
}

/** A list or category of products. */
export interface ProductListProperties extends ProductsProperties {
  /** Id of the list. */
  list_id?: string
  /** Category of its products. */
  category?: string
}

/** A filter of a list, or its order. */
export interface ListChoiceProperties {
  /** Property of products that it is about. */
  type?: string
  /** Choice of the visitor. */
  value?: string
}

/** A list of products that was narrowed down or put in order. */
export interface FilteredListProperties extends ProductListProperties {
  /** Filters that hold. */
  filters?: OpenProperties<ListChoiceProperties>[]
  /** Orders that hold, the first first. */
  sorts?: OpenProperties<ListChoiceProperties>[]
}

/** An offer of the shop itself: a banner, a teaser. */
export interface PromotionProperties {
  /** Id of the promotion. */
  promotion_id?: string
  /** Picture or text in use. */
  creative?: string
  /** Name of the promotion. */
  name?: string
  /** Place in the page. */
  position?: string
}

/** A product that goes into a cart or out of it. */
export interface CartProductProperties extends ProductProperties {
  /** Id of the cart. */
  cart_id?: string
}

/** A cart. */
export interface CartProperties extends ProductsProperties {
  /** Id of the cart. */
  cart_id?: string
}

/** A step of the checkout. */
export interface CheckoutStepProperties {
  /** Id of the checkout. */
  checkout_id?: string
  /** Number of the step. */
  step?: number
  /** Chosen way of delivery. */
  shipping_method?: string
  /** Chosen way of payment. */
  payment_method?: string
}

/** Payment details that were given. */
export interface PaymentProperties extends CheckoutStepProperties {
  /** Id of the order. */
  order_id?: string
}

/** An order, from its beginning to its end. All amounts are in `currency`. */
export interface OrderProperties extends ProductsProperties {
  /** Id of the checkout. */
  checkout_id?: string
  /** Id of the order. */
  order_id?: string
  /** Shop or partner with which the order was placed. */
  affiliation?: string
  /** Amount after discounts, before taxes and delivery. */
  subtotal?: number
  /** Amount that the customer pays. */
  total?: number
  /** Amount that the customer will pay, while the checkout is under way. */
  value?: number
  /** Amount that the shop earns: without delivery and taxes. */
  revenue?: number
  /** Cost of delivery. */
  shipping?: number
  /** Taxes. */
  tax?: number
  /** Sum of all discounts. */
  discount?: number
  /** Code of the coupon that was redeemed. */
  coupon?: string
  /** Currency, ISO 4217. */
  currency?: string
}

/** A coupon for a cart or an order. */
export interface CouponProperties {
  /** Id of the order. */
  order_id?: string
  /** Id of the cart. */
  cart_id?: string
  /** Id of the coupon. */
  coupon_id?: string
  /** Name of the coupon. */
  coupon_name?: string
  /** Amount that it takes off. */
  discount?: number
}

/** A coupon that was refused. */
export interface DeniedCouponProperties extends CouponProperties {
  /** Cause of the refusal. */
  reason?: string
}

/** A product on a wish list. */
export interface WishlistProperties extends CartProductProperties {
  /** Id of the wish list. */
  wishlist_id?: string
  /** Name of the wish list. */
  wishlist_name?: string
}

/** A way of sharing. Be careful with `recipient`: it is another person's address. */
export interface ShareProperties {
  /** Way of sharing, such as `email`. */
  share_via?: string
  /** Words of the sender. */
  share_message?: string
  /** Receiver. */
  recipient?: string
}

/** A review of a product. */
export interface ReviewProperties {
  /** Id of the product. */
  product_id?: string
  /** Id of the review. */
  review_id?: string
  /** Text of the review. */
  review_body?: string
  /** Rating. Segment's specification has it as a text; numbers can be compared. */
  rating?: string | number
}

/**
 * Events of shops, after [Segment's ecommerce specification](https://www.twilio.com/docs/segment/connections/spec/ecommerce/v2),
 * version 2. No property is required, and others may be added.
 */
export interface CommerceEvents {
  /** A search in the shop. */
  'Products Searched': OpenProperties<SearchProperties>
  /** A list or category was looked at. */
  'Product List Viewed': OpenProperties<ProductListProperties>
  /** A list was narrowed down or put in another order. */
  'Product List Filtered': OpenProperties<FilteredListProperties>
  /** An offer of the shop was in view. */
  'Promotion Viewed': OpenProperties<PromotionProperties>
  /** An offer of the shop was followed. */
  'Promotion Clicked': OpenProperties<PromotionProperties>
  /** A product in a list was followed. */
  'Product Clicked': OpenProperties<ProductProperties>
  /** A product's details were looked at. */
  'Product Viewed': OpenProperties<ProductProperties>
  /** A product went into the cart. */
  'Product Added': OpenProperties<CartProductProperties>
  /** A product was taken out of the cart. */
  'Product Removed': OpenProperties<CartProductProperties>
  /** The cart was looked at. */
  'Cart Viewed': OpenProperties<CartProperties>
  /** The checkout began. */
  'Checkout Started': OpenProperties<OrderProperties>
  /** A step of the checkout was looked at. */
  'Checkout Step Viewed': OpenProperties<CheckoutStepProperties>
  /** A step of the checkout was done. */
  'Checkout Step Completed': OpenProperties<CheckoutStepProperties>
  /** Payment details were given. Never send the details themselves. */
  'Payment Info Entered': OpenProperties<PaymentProperties>
  /** An order was placed. */
  'Order Completed': OpenProperties<OrderProperties>
  /** An order was changed. */
  'Order Updated': OpenProperties<OrderProperties>
  /** An order was paid back, as a whole or those of its `products` that are named. */
  'Order Refunded': OpenProperties<OrderProperties>
  /** An order was called off. */
  'Order Cancelled': OpenProperties<OrderProperties>
  /** A coupon's code was typed. */
  'Coupon Entered': OpenProperties<CouponProperties>
  /** A coupon was accepted. */
  'Coupon Applied': OpenProperties<CouponProperties>
  /** A coupon was refused. */
  'Coupon Denied': OpenProperties<DeniedCouponProperties>
  /** A coupon was taken back. */
  'Coupon Removed': OpenProperties<CouponProperties>
  /** A product went on a wish list. */
  'Product Added to Wishlist': OpenProperties<WishlistProperties>
  /** A product was taken off a wish list. */
  'Product Removed from Wishlist': OpenProperties<WishlistProperties>
  /** A product went from a wish list into the cart. */
  'Wishlist Product Added to Cart': OpenProperties<WishlistProperties>
  /** A product was recommended to somebody. */
  'Product Shared': OpenProperties<ShareProperties & ProductProperties>
  /** A cart was shown to somebody. */
  'Cart Shared': OpenProperties<ShareProperties & CartProperties>
  /** A product was reviewed. */
  'Product Reviewed': OpenProperties<ReviewProperties>
}
